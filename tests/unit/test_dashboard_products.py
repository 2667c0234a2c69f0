"""Which products the dashboard shows, in which order, with which share."""

import pytest

from shared.dashboard.read import PRODUCTS_PER_PAGE
from shared.domain.instants import to_micros
from shared.errors import InstantOutOfReach
from tests.unit.fake_tallies import READ_AT, FakeTallies, Rows, a_product, shown


@pytest.mark.parametrize(
    ("sold", "limit", "listed"),
    [
        ([("b", 10, 1), ("a", 10, 1), ("c", 20, 1)], 50, ["c", "a", "b"]),
        ([("b", 10, 1), ("a", 10, 1), ("c", 20, 1)], 2, ["c", "a"]),
        ([("a", 10, 0), ("b", 0, 1)], 50, ["b"]),
        ([("a", 0, 0)], 50, []),
        ([("p-10", 5, 1), ("p-9", 5, 1)], 50, ["p-10", "p-9"]),
    ],
)
def test_products_come_by_sales_then_by_id(
    sold: list[tuple[str, int, int]], limit: int, listed: list[str]
) -> None:
    view = shown(FakeTallies(sold=[a_product(*row) for row in sold]), products=limit)
    assert [product["productId"] for product in view["salesByProduct"]] == listed


@pytest.mark.parametrize(
    ("sales", "item_sales", "percentage"),
    [(1, 3, 33.33), (2, 3, 66.67), (1, 1, 100.0), (0, 5, 0.0), (0, 0, 0.0), (1, 800, 0.13), (3, 800, 0.38)],
)
def test_a_share_is_in_per_cent_of_all_item_sales(sales: int, item_sales: int, percentage: float) -> None:
    tallies = FakeTallies({"2026-11-01": {"itemSales": item_sales}}, sold=[a_product("p-1", sales)])
    assert shown(tallies)["salesByProduct"][0]["percentage"] == percentage


def test_an_amount_in_yen_has_no_decimals() -> None:
    rows: Rows = {"2026-11-20": {"totalSales": 5001, "totalCompletedOrders": 2}}
    view = shown(FakeTallies(rows, sold=[a_product("p-1", 700)]), currency="JPY")
    amounts = [view["summary"]["totalSales"], view["summary"]["averageTicket"]]
    amounts += [view["dailyTrend"][-1]["totalSales"], view["salesByProduct"][0]["totalSales"]]
    assert amounts == [5001, 2501, 5001, 700]
    assert {type(amount) for amount in amounts} == {int}


def test_the_products_that_a_list_leaves_out_are_one_row_and_the_shares_have_one_base() -> None:
    sold = [a_product("a", 6000), a_product("b", 2500), a_product("c", 1250), a_product("d", 250)]
    tallies = FakeTallies({"2026-11-01": {"itemSales": 10_000}}, sold=sold)
    view = shown(tallies, products=2)
    assert [(one["totalSales"], one["percentage"]) for one in view["salesByProduct"]] == [(60, 60), (25, 25)]
    assert view["otherProducts"] == {"totalSales": 15, "percentage": 15}
    assert shown(tallies, products=3)["otherProducts"] == {"totalSales": 2.5, "percentage": 2.5}
    assert shown(tallies, products=4)["otherProducts"] is None


def test_products_left_out_without_sales_are_a_row_too() -> None:
    tallies = FakeTallies({"2026-11-01": {"itemSales": 100}}, sold=[a_product("a", 100), a_product("b", 0)])
    assert shown(tallies, products=1)["otherProducts"] == {"totalSales": 0, "percentage": 0}
    unused = FakeTallies(sold=[a_product("a", 0), a_product("b", 0, orders=0)])
    assert shown(unused, products=1)["otherProducts"] is None


def test_pages_of_all_products_come_by_id_without_gaps_and_as_of_one_instant() -> None:
    ids = sorted(f"p-{n}" for n in range(2 * PRODUCTS_PER_PAGE + 1))
    tallies = FakeTallies(sold=[a_product(one, n, orders=n % 7) for n, one in enumerate(ids)])
    listed, after, pages = [], None, 0
    while pages == 0 or after:
        view = shown(tallies, products=None, after=after)
        assert view["otherProducts"] is None
        assert len(view["salesByProduct"]) <= PRODUCTS_PER_PAGE
        listed += [product["productId"] for product in view["salesByProduct"]]
        after, pages = view["nextCursor"], pages + 1
        assert after is None or after[0] == to_micros(READ_AT)
    assert listed == [one for n, one in enumerate(ids) if n % 7]
    assert pages == 3
    assert "nextCursor" not in shown(tallies)


def test_a_page_of_an_instant_long_ago_is_refused() -> None:
    at = (to_micros(READ_AT), "p-1")
    assert shown(FakeTallies(), products=None, after=at, now="2026-11-20T16:04:00Z")["salesByProduct"] == []
    with pytest.raises(InstantOutOfReach, match="expected a cursor of the last hour"):
        shown(FakeTallies(), products=None, after=at, now="2026-11-20T16:05:00Z")
