"""RFM segments: how recently, how often and for how much a customer bought, with Shopify's group names.

Each dimension scores 1 to 5 by the four thresholds of the store's rule; FM is the mean of frequency
and money, rounded half up. Shopify scores by quintiles of all customers, so a customer's group depends on
everyone else's orders. Thresholds depend on the customer alone.

    R | FM   1            2            3                4                 5
    5        NEW          ACTIVE       ACTIVE           CHAMPIONS         CHAMPIONS
    4        PROMISING    ACTIVE       ACTIVE           LOYAL             CHAMPIONS
    3        ALMOST_LOST  ALMOST_LOST  NEEDS_ATTENTION  LOYAL             LOYAL
    2        DORMANT      DORMANT      AT_RISK          AT_RISK           PREVIOUSLY_LOYAL
    1        DORMANT      DORMANT      AT_RISK          PREVIOUSLY_LOYAL  PREVIOUSLY_LOYAL

Without an order whose sale counts: PROSPECTS.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

Thresholds = tuple[int, int, int, int]

_GROUPS = {
    5: ("NEW", "ACTIVE", "ACTIVE", "CHAMPIONS", "CHAMPIONS"),
    4: ("PROMISING", "ACTIVE", "ACTIVE", "LOYAL", "CHAMPIONS"),
    3: ("ALMOST_LOST", "ALMOST_LOST", "NEEDS_ATTENTION", "LOYAL", "LOYAL"),
    2: ("DORMANT", "DORMANT", "AT_RISK", "AT_RISK", "PREVIOUSLY_LOYAL"),
    1: ("DORMANT", "DORMANT", "AT_RISK", "PREVIOUSLY_LOYAL", "PREVIOUSLY_LOYAL"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule:
    """Four rising thresholds for each score.

    `recency_days`: up to the first scores 5, beyond the last scores 1. `completed_orders` and `spent`
    (whole major units of the store's currency; None where money is left out): below the first scores 1,
    from the last on scores 5.
    """

    recency_days: Thresholds = (30, 60, 120, 240)
    completed_orders: Thresholds = (2, 3, 5, 8)
    spent: Thresholds | None = None


def segment(rule: SegmentRule, days_since_last_order: int | None, completed_orders: int, spent: float) -> str:
    """Return the customer's group; `spent` is in major units."""
    if completed_orders == 0 or days_since_last_order is None:
        return "PROSPECTS"
    recency = 5 - bisect_left(rule.recency_days, days_since_last_order)
    frequency = 1 + bisect_right(rule.completed_orders, completed_orders)
    money = frequency if rule.spent is None else 1 + bisect_right(rule.spent, spent)
    return _GROUPS[recency][(frequency + money + 1) // 2 - 1]
