"""Convert instants to numbers and text."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Return microseconds since 1970, as Firestore's minimum and maximum transforms take numbers only."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def to_rfc3339(instant: datetime) -> str:
    """Return the instant in UTC, with microseconds only where it has some."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
