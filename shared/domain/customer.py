"""Facts about a customer's registration, and how they merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """When a customer registered, and whether the e-mail address was ever confirmed.

    The earliest registration counts: a customer registers once, whatever later events say.
    """

    registered_at: datetime | None = None
    email_confirmed: bool = False

    def merge(self, other: Registration) -> Registration:
        """Return the facts of both."""
        known = [at for at in (self.registered_at, other.registered_at) if at is not None]
        return Registration(
            registered_at=min(known, default=None),
            email_confirmed=self.email_confirmed or other.email_confirmed,
        )
