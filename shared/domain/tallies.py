"""The tallies: which counters a store keeps, where, and what one order or registration adds to them.

A write applies `difference(before, after)`. Duplicates come out empty, and refunds, corrections and late
events need no code of their own.

To add a counter, name it in the table and contribute its amount under that name below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts, Snapshot, Status
from shared.domain.period import Month, local_day, local_hour
from shared.domain.refunds import refunded, refunded_by_product
from shared.domain.slots import store_slot_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally:
    """One kind of counter document in a store.

    collection: where its documents are.
    counters: the names of all its counters.
    id_field: the field that says what a document counts, such as "productId"; empty for the store itself.
    labels: the fields that a document has to show beside its counters, its name first.
    sorted_by: the counter that ranks documents, if any. Queries skip documents without it, so every write
        sets it.
    occurrences: the counter of how often a ranked thing counts. Rankings skip documents where it is 0 again.
    totals: the counters that a document sums up: all of them, or in a month those that something reads.
    is_monthly: whether there is a document for each month, with all counters in a row for each of its days.
    hourly: the counters that also have a row for each hour.
    is_slotted: whether a rising value of its documents is indexed, behind their slot.
    """

    collection: str
    counters: tuple[str, ...]
    totals: tuple[str, ...]
    id_field: str = ""
    labels: tuple[str, ...] = ()
    sorted_by: str = ""
    occurrences: str = ""
    is_monthly: bool = False
    hourly: tuple[str, ...] = ()
    is_slotted: bool = False

    def identity(self, month: Month | None = None, of: str = "") -> dict[str, str]:
        """Return the fields that say what a document counts."""
        fields = {"month": str(month)} if self.is_monthly else {}
        if self.is_slotted:
            fields["storeSlot"] = store_slot_of(of)
        return {**fields, self.id_field: of} if self.id_field else fields

    def labels_of(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the labels in a document's fields; its id for a name that is not there yet.

        In a hot store the commit that names a thing may wait in a delta while a later one is counted at once.
        """
        of = fields[self.id_field]
        return {name: fields.get(name, of if n == 0 else None) for n, name in enumerate(self.labels)}


ORDER_COUNTERS = (
    "totalOrders",
    "totalSales",
    "totalCompletedOrders",
    "totalExpiredOrders",
    "totalRefundedOrders",
    "ordersWithCoupon",
    "ordersWithoutCoupon",
)
"""What an order adds to its store, and to its customer if it has one."""

_STORE_COUNTERS = (*ORDER_COUNTERS, "refundedAmount", "registeredCustomers", "newCustomers")

STORE_MONTHS = Tally(
    collection="months",
    counters=(*_STORE_COUNTERS, "ordersOfCustomers", "itemSales", "refundedOnDay"),
    totals=("totalOrders", "registeredCustomers"),
    is_monthly=True,
    hourly=_STORE_COUNTERS,
)
PRODUCT_MONTHS = Tally(
    collection="productMonths",
    counters=("totalOrders", "totalSales", "refundedAmount"),
    totals=("totalOrders", "totalSales", "refundedAmount"),
    id_field="productId",
    labels=("productName", "imgCardUrl"),
    sorted_by="totalSales",
    occurrences="totalOrders",
    is_monthly=True,
)
COUPON_MONTHS = Tally(
    collection="couponMonths",
    counters=("timesUsed", "totalSalesAmount"),
    totals=("timesUsed", "totalSalesAmount"),
    id_field="couponCode",
    sorted_by="totalSalesAmount",
    occurrences="timesUsed",
    is_monthly=True,
)
COUPONS = Tally(
    collection="coupons",
    counters=COUPON_MONTHS.counters,
    totals=COUPON_MONTHS.counters,
    id_field="couponCode",
    sorted_by="totalSalesAmount",
    occurrences="timesUsed",
)
CUSTOMERS = Tally(
    collection="customers",
    counters=ORDER_COUNTERS,
    totals=ORDER_COUNTERS,
    id_field="customerId",
    is_slotted=True,
)

TALLIES = (STORE_MONTHS, PRODUCT_MONTHS, COUPON_MONTHS, COUPONS, CUSTOMERS)


class Row(NamedTuple):
    """What is counted on one local day: the store (`of` is empty), a product, a coupon or a customer.

    `hour` is that of the day's clock, see `local_hour`; empty where the tally has no hours.
    """

    tally: Tally
    of: str
    day: date
    hour: str = ""


Contribution = Mapping[Row, Mapping[str, int]]
"""What to add by counter: money in minor units of the store's currency, everything else in pieces."""


def difference(before: Contribution, after: Contribution) -> Contribution:
    """Return what turns `before` into `after`, without counters that do not move."""
    moved: dict[Row, dict[str, int]] = {}
    for row in {**before, **after}:
        was, now = before.get(row, {}), after.get(row, {})
        changed = {name: now.get(name, 0) - was.get(name, 0) for name in {**was, **now}}
        if amounts := {name: amount for name, amount in changed.items() if amount}:
            moved[row] = amounts
    return moved


def together(a: Contribution, b: Contribution) -> Contribution:
    """Return what both add."""
    return difference({}, {row: Counter(a.get(row, {})) + Counter(b.get(row, {})) for row in {**a, **b}})


def contribution(facts: OrderFacts | Registration, timezone: str) -> Contribution:
    """Return what the facts, as known now, add to the counters of a store in this time zone.

    Everything counts on the local day and hour of the order's creation, or of the registration; but
    "refundedOnDay" on the local day of the refund. An order without a snapshot yet, and a registration
    without a time, add nothing.
    """
    if isinstance(facts, Registration):
        return _of_registration(facts, timezone)
    if facts.snapshot is None:
        return {}
    day, hour = local_hour(facts.snapshot.created_at, timezone)
    return {**_of_order(facts, facts.snapshot, day, hour), **_of_refunds(facts, timezone)}


def product_labels(snapshot: Snapshot) -> dict[str, dict[str, str | None]]:
    """Return the labels of each product in the order."""
    return {
        item.product_id: {"productName": item.product_name, "imgCardUrl": item.image_url}
        for item in snapshot.items
    }


def _of_registration(facts: Registration, timezone: str) -> Contribution:
    if facts.registered_at is None:
        return {}
    row = Row(STORE_MONTHS, "", *local_hour(facts.registered_at, timezone))
    return {row: {"registeredCustomers": 1, "newCustomers": int(facts.email_confirmed)}}


def _of_refunds(facts: OrderFacts, timezone: str) -> Contribution:
    by_day: Counter[date] = Counter()
    for at, amount in refunded(facts):
        by_day[local_day(at, timezone)] += amount
    return {Row(STORE_MONTHS, "", day): {"refundedOnDay": amount} for day, amount in by_day.items()}


def _of_order(facts: OrderFacts, snapshot: Snapshot, day: date, hour: str) -> Contribution:
    sale = int(facts.sale_counts)
    given_back = sum(amount for _, amount in refunded(facts))
    with_coupon = sale if snapshot.coupon_code is not None else 0
    order = {
        "totalOrders": 1,
        "totalSales": (snapshot.price_minor - given_back) * sale,
        "totalCompletedOrders": sale,
        "totalExpiredOrders": int(facts.has_expired),
        "totalRefundedOrders": int(Status.REFOUNDED in facts.statuses),
        "ordersWithCoupon": with_coupon,
        "ordersWithoutCoupon": sale - with_coupon,
    }
    item_totals: Counter[str] = Counter()
    for item in snapshot.items:
        item_totals[item.product_id] += item.total_minor
    taken_back = refunded_by_product(facts, item_totals)
    item_sales = 0
    rows: dict[Row, Mapping[str, int]] = {}
    for product_id, total in item_totals.items():
        back = taken_back.get(product_id, 0)
        sales = (total - back) * sale
        item_sales += sales
        product = {"totalOrders": 1, "totalSales": sales, "refundedAmount": back}
        rows[Row(PRODUCT_MONTHS, product_id, day)] = product
    store = {
        **order,
        "ordersOfCustomers": int(snapshot.customer_id is not None),
        "itemSales": item_sales,
        "refundedAmount": given_back,
    }
    rows[Row(STORE_MONTHS, "", day, hour)] = store
    if snapshot.customer_id is not None:
        rows[Row(CUSTOMERS, snapshot.customer_id, day)] = order
    if snapshot.coupon_code is not None:
        coupon = {"timesUsed": sale, "totalSalesAmount": order["totalSales"]}
        for tally in (COUPON_MONTHS, COUPONS):
            rows[Row(tally, snapshot.coupon_code, day)] = coupon
    return rows
