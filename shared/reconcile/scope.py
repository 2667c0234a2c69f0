"""How much a recount covers and holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

MOST_HELD = 5_000
"""The most products or coupons of a month whose counters are held at once."""

MOST_NAMED = 250_000
"""The most customers or coupons whose ids are held at once: about 60 MB. More take more passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The bounds of a recount.

    Args:
        every_coupon: whether to recount the coupons too that no order of the month used.
        most_held: documents of a month that are held with their counters.
        most_named: customers, or coupons, that are held by their ids.
        after: where an earlier run stopped: the last document id recounted, by collection.
        check_time: called for each order that is read; raises `BudgetSpent` when the time is up.
    """

    every_coupon: bool
    most_held: int
    most_named: int
    after: Mapping[str, str]
    check_time: Callable[[], None]
