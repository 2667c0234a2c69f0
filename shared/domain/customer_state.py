"""A customer's counters at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerState:
    """A customer's counters: amounts in minor units, order times in microseconds since 1970."""

    counters: Mapping[str, int | None]
    updated_at: datetime
