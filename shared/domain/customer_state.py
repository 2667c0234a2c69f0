"""The state of a customer at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerState:
    """A customer's counters: money in minor units, order times in microseconds since 1970.

    `updated_at` is when the customer reached the counters' `version`: the same wherever that is shown.
    `profile` is None where it is unknown, and after a commit of orders, which returns counters only.
    """

    counters: Mapping[str, int | None]
    updated_at: datetime
    profile: Mapping[str, Any] | None = None
