"""A recount holds and reads a bounded amount, however large the month is."""

from __future__ import annotations

import pytest
from google.cloud.firestore import Increment

from shared.adapters.firestore import store_snapshot
from shared.adapters.firestore.client import Client
from shared.reconcile.smallest_keys import SmallestKeys
from tests.builders import an_order_item
from tests.contract.events import amended, created, reached, registered
from tests.contract.reconciling import Desk
from tests.contract.wire_log import LoggedClient


def stock(desk: Desk, orders: int) -> None:
    """Deliver orders of as many customers, products and coupons."""
    for n in range(orders):
        items = [an_order_item(f"p-{n}", "60.00"), an_order_item(f"p/{(n + 1) % orders}", "69.90")]
        desk.deliver(created(f"o-{n}", customerId=f"c-{n}", couponCode=f"X{n}", items=items))
    desk.deliver(*[reached("COMPLETED", f"o-{n}") for n in range(orders)])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[SmallestKeys[object]]:
    """Return every dictionary of bounded size that is made."""
    opened: list[SmallestKeys[object]] = []
    make = SmallestKeys.__init__

    def noted(self: SmallestKeys[object], low: str, high: str, most: int) -> None:
        make(self, low, high, most)
        opened.append(self)

    monkeypatch.setattr(SmallestKeys, "__init__", noted)
    return opened


@pytest.mark.parametrize("most_held", [2, 3, 7])
def test_many_products_customers_and_coupons_take_more_passes_and_no_more_memory(
    client: Client, opened: list[SmallestKeys[object]], most_held: int
) -> None:
    desk = Desk(client)
    stock(desk, 9)
    for name in ("productMonths", "couponMonths", "customers", "coupons"):
        references = list(desk.at(name, "any").parent.list_documents())
        for reference in references[::2]:
            reference.update({"totalOrders": Increment(1), "timesUsed": Increment(1)})
        references[1].delete()
    whole, parts = desk.run(), desk.run(most_held=most_held, most_named=most_held)
    assert whole.passes == 1
    assert parts.passes > 18 // most_held
    assert sorted(map(repr, parts.drift)) == sorted(map(repr, whole.drift))
    assert max(kept.most_held for kept in opened[4:]) == most_held
    desk.run(repair=True, most_held=most_held, most_named=most_held)
    assert desk.drift() == []


def test_any_number_of_products_takes_one_pass_and_with_drift_two(client: Client) -> None:
    desk = Desk(client)
    stock(desk, 9)
    assert (desk.run(most_held=2).passes, desk.run(most_held=2).drift) == (1, [])
    references = list(desk.at("productMonths", "any").parent.list_documents())
    references[2].update({"totalOrders": Increment(1)})
    references[11].update({"days.`20`.totalSales": Increment(-1)})
    references[17].delete()
    desk.at("productMonths", "2026-11 q").set({"month": "2026-11", "productId": "q", "totalOrders": 1})
    whole = desk.run()
    assert (whole.passes, whole.drift_count) == (1, 1 + 1 + 4 + 1)
    few = desk.run(most_held=4)
    assert few.passes == 2
    assert sorted(map(repr, few.drift)) == sorted(map(repr, whole.drift))


def test_drift_of_what_fits_takes_one_pass(client: Client) -> None:
    desk = Desk(client)
    stock(desk, 3)
    [first, *_, last] = desk.at("productMonths", "any").parent.list_documents()
    first.update({"totalOrders": Increment(1)})
    for most_held in (6, 5):
        assert (desk.run(most_held=most_held).passes, desk.run(most_held=most_held).drift_count) == (1, 1)
    last.update({"totalOrders": Increment(1)})
    assert [(desk.run(most_held=n).passes, desk.run(most_held=n).drift_count) for n in (6, 5)] == [
        (1, 2), (2, 2),
    ]  # fmt: skip


def test_pages_go_on_where_the_last_one_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_snapshot, "_ORDERS_PAGE", 3)
    monkeypatch.setattr(store_snapshot, "_PAGE", 2)
    desk = Desk(client)
    stock(desk, 6)
    desk.deliver(*[registered(f"r-{n}") for n in range(5)])
    desk.deliver(*[created(f"same-{n}", customerId="c-1", couponCode="X1") for n in range(5)])
    desk.at("months", "2026-11").update({"registeredCustomers": Increment(1)})
    report = desk.run()
    assert (report.orders, report.drift_count) == (11, 1)


def test_a_recount_reads_an_order_once_for_its_month_its_customer_and_its_coupon(
    logged: LoggedClient,
) -> None:
    desk = Desk(logged)
    for orders in (10, 40):
        stock(desk, orders)
        logged.log.clear()
        assert desk.run().orders == orders
        products, customers, coupons = 2 * orders, orders, orders
        # Customers are also found by their last order, and coupons by name and month; a month and a lease.
        # One query more looks for refunds of other months' orders.
        assert logged.log.documents == 3 * orders + products + 2 * customers + 3 * coupons + 2
        assert len(logged.log.calls) <= 21


def test_orders_that_left_the_month_are_not_read(logged: LoggedClient) -> None:
    desk = Desk(logged)
    stock(desk, 3)
    desk.deliver(amended("o-1", "2026-10-01T12:00:00Z"))
    assert desk.run().orders == 2
