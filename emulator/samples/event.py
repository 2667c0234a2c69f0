"""An event as it goes over the wire, and times as the wire writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One message: the topic it goes to and its JSON body (DESIGN, section 3)."""

    topic: str
    data: Mapping[str, Any]

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.data["occurredAt"])

    def wire(self) -> dict[str, Any]:
        """Return {"topic": ..., "data": {...}}, the form the recount reads."""
        return {"topic": self.topic, "data": dict(self.data)}


def in_utc(at: datetime) -> str:
    """Return RFC 3339 in UTC, e.g. "2026-11-20T15:04:05Z"."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
