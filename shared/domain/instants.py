"""Instants as numbers and as text."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Return microseconds since 1970; minimum and maximum transforms take numbers, not times."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def to_rfc3339(instant: datetime) -> str:
    """Return the instant in UTC with as many decimals as it has."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
