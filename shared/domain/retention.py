"""How long the documents of baskets are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long each kind of document is kept; then Firestore deletes it, within about a day.

    Args:
        baskets: after their start. They hold the customer's name.
        lookups: after the customer API was asked last. They hold what it answered; an older answer is not
            used, even where the document is still there.
        lookup_calls: after the call. They hold the API's answer, up to 64 KiB.
        outbox: events that could not be published, after the basket's start. They hold what identifies the
            customer.
    """

    baskets: timedelta
    lookups: timedelta
    lookup_calls: timedelta
    outbox: timedelta
