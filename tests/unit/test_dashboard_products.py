"""Which products the dashboard shows, in which order, with which share."""

import pytest

from tests.unit.fake_tallies import FakeTallies, Rows, a_product, shown


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
