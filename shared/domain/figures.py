"""The figures that people see: on the page, in CSV, in the terminal and on customers' cards.

The API, the page and the terminal list the figures of each group below. To show a new counter, add a figure
with the counter's name to a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from shared.domain.money import to_major


class Kind(StrEnum):
    """How a figure is written. Counters hold money in minor units; figures show it in major units."""

    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with a name.

    key: its name in answers and in CSV.
    decimals: of a percentage.
    better: whether a comparison is good news when there is more of it, or less; None where it is neither.
    meaning: the explanation on its card.
    is_headline: whether its card is a large one.
    rules: which code decides what counts, as "file: function".
    """

    key: str
    label: str
    kind: Kind = Kind.COUNT
    decimals: int = 1
    better: Literal["more", "less"] | None = "more"
    meaning: str = ""
    is_headline: bool = False
    rules: tuple[str, ...] = ()


RULE_OF_SALES = "shared/domain/order.py: OrderFacts.sale_counts"
_RULE_OF_REFUNDS = "shared/domain/refunds.py: refunded"
_RULE_OF_COUNTING = "shared/domain/tallies.py: contribution"
_RULE_OF_SUMS = "shared/domain/dashboard.py: summary"
_RULE_OF_RETURNING = "shared/domain/returning.py: returning_customers"

SUMMARY = (
    Figure(
        key="totalSales",
        label="Sales",
        kind=Kind.MONEY,
        meaning="The total of all orders that were completed and not refunded since, without the parts that"
        " were refunded, counted on the day they were placed.",
        is_headline=True,
        rules=(RULE_OF_SALES, _RULE_OF_REFUNDS),
    ),
    Figure(
        key="totalOrders",
        label="Orders",
        meaning="All orders placed in the period, whatever their status.",
        is_headline=True,
        rules=(_RULE_OF_COUNTING,),
    ),
    Figure(
        key="totalCompletedOrders",
        label="Completed",
        meaning="Orders placed in the period that were completed and not refunded since.",
        rules=(RULE_OF_SALES,),
    ),
    Figure(
        key="totalExpiredOrders",
        label="Expired",
        better="less",
        meaning="Orders placed in the period that expired at some time, even if they were paid later.",
        rules=("shared/domain/order.py: OrderFacts.has_expired",),
    ),
    Figure(
        key="totalRefundedOrders",
        label="Refunded",
        better="less",
        meaning="Orders placed in the period that were refunded at some time.",
        rules=(_RULE_OF_COUNTING,),
    ),
    Figure(
        key="averageTicket",
        label="Average ticket",
        kind=Kind.MONEY,
        meaning="Sales divided by completed orders.",
        is_headline=True,
        rules=(_RULE_OF_SUMS,),
    ),
    Figure(
        key="grossSales",
        label="Gross sales",
        kind=Kind.MONEY,
        meaning="The prices of all orders that were completed, before any refund.",
        rules=(RULE_OF_SALES, _RULE_OF_SUMS),
    ),
    Figure(
        key="refundedAmount",
        label="Given back",
        kind=Kind.MONEY,
        better="less",
        meaning="What was refunded of these orders, in full or in part, whenever that was.",
        rules=(_RULE_OF_REFUNDS,),
    ),
    Figure(
        key="netSales",
        label="Net sales",
        kind=Kind.MONEY,
        meaning="Gross sales without what was refunded: the same as sales.",
        rules=(_RULE_OF_SUMS,),
    ),
    Figure(
        key="totalCustomers",
        label="Customers",
        meaning="Everyone who registered by the end of the period.",
        rules=(_RULE_OF_SUMS,),
    ),
    Figure(
        key="newCustomers",
        label="New customers",
        meaning="Customers who registered in the period and have confirmed their email address.",
        is_headline=True,
        rules=(_RULE_OF_COUNTING,),
    ),
    Figure(
        key="ordersWithCoupon",
        label="With coupon",
        better=None,
        meaning="Completed orders with a coupon.",
        rules=(RULE_OF_SALES,),
    ),
    Figure(
        key="ordersWithoutCoupon",
        label="Without coupon",
        better=None,
        meaning="Completed orders without a coupon.",
        rules=(RULE_OF_SALES,),
    ),
)
"""Of a store and a period."""

_OTHERS = (
    Figure(key="percentage", label="Share", kind=Kind.PERCENT, decimals=2),
    Figure(
        key="timesUsed",
        label="Used",
        meaning="Orders with the coupon that were completed and not refunded since.",
        rules=(RULE_OF_SALES,),
    ),
    Figure(
        key="totalSalesAmount",
        label="Sales",
        kind=Kind.MONEY,
        meaning="The sales of these orders.",
        rules=(RULE_OF_SALES, _RULE_OF_REFUNDS),
    ),
    Figure(
        key="itemSales",
        label="Item sales",
        kind=Kind.MONEY,
        meaning="The totals of the items of all orders that were completed and not refunded since, without"
        " what was refunded of items: the sales of all products together.",
        rules=(RULE_OF_SALES, "shared/domain/refunds.py: refunded_by_product"),
    ),
    Figure(
        key="refundedOnDay",
        label="Given back on that day",
        kind=Kind.MONEY,
        better="less",
        meaning="What was refunded, counted on the day of the refund.",
        rules=(_RULE_OF_REFUNDS,),
    ),
    Figure(
        key="ordersOfCustomers",
        label="With a customer",
        better=None,
        meaning="Orders placed in the period that name a customer, whatever their status.",
        rules=(_RULE_OF_COUNTING,),
    ),
    Figure(
        key="firstOrders",
        label="First orders",
        better=None,
        meaning="The first orders of customers: one for each customer whose first order was placed in the"
        " period.",
        rules=("shared/domain/order_times.py: times_moved",),
    ),
    Figure(
        key="returningOrders",
        label="From returning customers",
        better=None,
        meaning="Orders whose customer had ordered before, whatever became of the earlier order.",
        rules=(_RULE_OF_RETURNING,),
    ),
    Figure(
        key="returningRate",
        label="Returning customers",
        kind=Kind.PERCENT,
        better=None,
        meaning="The share of orders whose customer had ordered before, whatever became of the earlier order."
        " Orders without a customer are left out.",
        rules=(_RULE_OF_RETURNING, _RULE_OF_COUNTING),
    ),
    Figure(key="totalSpent", label="Spent", kind=Kind.MONEY),
    Figure(key="completionRate", label="Completion rate", kind=Kind.PERCENT),
    Figure(key="refundRate", label="Refunded", kind=Kind.PERCENT, better="less"),
)

FIGURES: Mapping[str, Figure] = {figure.key: figure for figure in (*SUMMARY, *_OTHERS)}
"""Every figure, by its key."""


def _group(*keys: str) -> tuple[Figure, ...]:
    return tuple(FIGURES[key] for key in keys)


TREND = _group("totalSales", "totalOrders")
"""Of a day."""

PRODUCT = _group("totalSales", "totalOrders", "percentage", "grossSales", "refundedAmount", "netSales")
"""Of a product in a period."""

OTHER_PRODUCTS = _group("totalSales", "percentage")
"""Of the products that a list leaves out; an order can hold several of them, so orders don't sum up."""

REFUNDS = _group("refundedAmount")
"""Of a day on which refunds were made."""

RETURNING = _group("ordersOfCustomers", "firstOrders", "returningOrders", "returningRate")
"""Of a store and a period: the orders of customers who had ordered before."""

COUPON = _group("timesUsed", "totalSalesAmount")
"""Of a coupon in a period."""

CARD = _group(
    "totalSpent",
    "averageTicket",
    "totalOrders",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "completionRate",
    "ordersWithCoupon",
)
"""Of a customer, on the page's card."""

CUSTOMER = (*CARD, FIGURES["refundRate"])
"""Of a customer, in answers."""


def write_figures(
    figures: Iterable[Figure], amounts: Mapping[str, Any], currency: str | None
) -> dict[str, Any]:
    """Return the figures by key, money in the currency's major unit.

    Args:
        figures: what to show.
        amounts: the amount of each by its key, money in minor units; absent ones are 0.
        currency: an ISO 4217 code; None where the store has none yet.
    """
    return {
        figure.key: to_major(amounts.get(figure.key, 0), currency)
        if figure.kind is Kind.MONEY
        else amounts.get(figure.key, 0)
        for figure in figures
    }
