"""The message that wakes the folder of a store. It is not for other applications."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.domain.instants import to_rfc3339
from shared.messages.decode import validate
from shared.messages.publishing import Publishes, encode
from shared.messages.wire import Identifier, Timestamp, WireModel

TOPIC = "fold"

_EARLIER = timedelta(minutes=15)
"""After a crash between a commit and its wake-up, the event is delivered again within this time."""


class FoldAsked(WireModel):
    """A store has pending deltas, all of them made after `since`. `asked_at` is when that was so."""

    store_id: Identifier
    since: Timestamp
    asked_at: Timestamp


def read_fold_asked(topic: str, document: Any, now: datetime) -> FoldAsked:  # noqa: ARG001 - there is one topic
    """Return what a parsed message asks for.

    Raises:
        MalformedEvent: somebody else published it; keep it as a dead letter.
    """
    return validate(FoldAsked, document, now)


def ask_to_fold(publisher: Publishes, store_id: str, now: datetime, since: datetime | None) -> None:
    """Wake the folder of the store, for deltas made since then; None is as long ago as a crash may leave one.

    Raises:
        PublishFailed: it may not be woken.
    """
    since = since or now - _EARLIER
    asked = {"storeId": store_id, "since": to_rfc3339(since), "askedAt": to_rfc3339(now)}
    publisher.publish(TOPIC, encode(asked), {})
