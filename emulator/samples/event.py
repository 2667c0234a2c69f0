"""An event as it goes over the wire, and times as the wire writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple


class SampleEvent(NamedTuple):
    """One message: its topic and its JSON body, as the recount reads it."""

    topic: str
    data: Mapping[str, Any]

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.data["occurredAt"])


def in_utc(at: datetime) -> str:
    """Return RFC 3339 in UTC, e.g. "2026-11-20T15:04:05Z"."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
