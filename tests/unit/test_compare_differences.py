"""Two systems' counters of a month are compared, and the orders that explain a difference come first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from infra.compare.counters import OldMonth
from infra.compare.differences import Behind, Counted, Difference, differences
from shared.domain.period import Month


def theirs(**figures: str) -> OldMonth:
    amounts = {figure: Decimal(amount) for figure, amount in figures.items()}
    return OldMonth(store_id="s-1", month=Month(2026, 11), figures=amounts)


def an_order(of: str, sales: int, *, price: int | None = None, day: int = 1) -> Counted:
    adds = {"totalSales": sales, "totalOrders": 1, "totalCompletedOrders": int(sales > 0)}
    return Counted(
        of=of, kind="order", day=date(2026, 11, day), price=sales if price is None else price, adds=adds
    )


def behind(figure: str, old: int, ours: int, *orders: Counted, most: int = 9) -> list[str]:
    found = Behind(difference=Difference(figure=figure, theirs=old, ours=ours), most=most)
    for order in orders:
        found.take(order)
    return [f"{one.of}!" if found.is_exact(one) else one.of for one in found.best()]


def test_only_what_differs_is_told_in_minor_units() -> None:
    old = theirs(totalSales="129.90", totalOrders="3", totalExpiredOrders="0")
    assert [*differences(old, {"totalSales": 12990, "totalOrders": 3}, "BRL")] == []
    assert [*differences(old, {"totalSales": 12991, "totalExpiredOrders": 2}, "BRL")] == [
        Difference(figure="totalSales", theirs=12990, ours=12991),
        Difference(figure="totalOrders", theirs=3, ours=0),
        Difference(figure="totalExpiredOrders", theirs=0, ours=2),
    ]


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 500), ("KWD", 500_000), (None, 500)])
def test_an_amount_is_read_in_the_store_s_currency(currency: str | None, minor: int) -> None:
    assert [*differences(theirs(totalSales="500"), {"totalSales": minor}, currency)] == []


def test_an_amount_finer_than_the_currency_is_refused() -> None:
    with pytest.raises(ValueError, match=r"totalSales: expected at most 2 decimals, got 1\.005"):
        list(differences(theirs(totalSales="1.005"), {}, "BRL"))


def test_a_sale_that_only_we_count_comes_first_if_it_is_the_difference() -> None:
    orders = [an_order("a", 500, day=9), an_order("b", 300), an_order("c", 0, price=300), an_order("d", 700)]
    assert behind("totalSales", 1200, 1500, *orders) == ["b!", "a", "d", "c"]


def test_a_sale_that_only_they_count_is_one_that_we_leave_out() -> None:
    orders = [an_order("a", 500, day=9), an_order("b", 0, price=300), an_order("c", 0, price=200, day=2)]
    assert behind("totalSales", 800, 500, *orders) == ["b!", "c", "a"]


def test_no_single_order_explains_a_count() -> None:
    orders = [an_order("a", 500), an_order("b", 0, price=300), an_order("c", 0, price=200, day=2)]
    assert behind("totalCompletedOrders", 2, 1, *orders) == ["c", "b", "a"]


def test_only_the_best_are_kept_and_the_others_counted() -> None:
    found = Behind(difference=Difference(figure="totalOrders", theirs=0, ours=99), most=3)
    for n in range(99):
        assert found.take(an_order(f"{n:02}", 100, day=1 + n % 30))
        assert len(found._best) <= 6
    assert [order.of for order in found.best()] == ["29", "59", "89"]
    assert found.total == 99


def test_customers_have_to_do_with_new_customers_alone() -> None:
    customer = Counted(of="c-1", kind="customer", day=date(2026, 11, 1), adds={"newCustomers": 1})
    assert behind("newCustomers", 0, 1, customer, an_order("o-1", 100)) == ["c-1"]
    assert behind("totalOrders", 0, 1, customer, an_order("o-1", 100)) == ["o-1"]
