"""Each thing has one document."""

from datetime import date

import pytest

from shared.documents.paths import Path, order_path, product_path, record_path, tally_path
from shared.domain.contribution import Cell, Tally
from shared.domain.period import Month
from tests.builders import a_customer_change, an_order_change, facts

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("tally", "of", "path"),
    [
        (Tally.STORE, "", ("stores", "s-1", "months", "2026-11")),
        (Tally.PRODUCT, "p-1", ("stores", "s-1", "productMonths", "2026-11 p-1")),
        (Tally.PRODUCT, "p/1", ("stores", "s-1", "productMonths", "2026-11 p%2F1")),
        (Tally.COUPON, "TEN", ("stores", "s-1", "coupons", "TEN")),
        (Tally.COUPON_MONTH, "A/B", ("stores", "s-1", "couponMonths", "2026-11 A%2FB")),
        (Tally.CUSTOMER, "c-1", ("stores", "s-1", "customers", "c-1")),
    ],
)
def test_a_counter_has_its_document(tally: Tally, of: str, path: Path) -> None:
    assert tally_path("s-1", Cell(tally, of, DAY, "totalOrders")) == path


def test_the_first_shard_of_a_month_is_the_month_itself() -> None:
    cell = Cell(Tally.STORE, "", DAY, "totalOrders")
    paths = [tally_path("s-1", cell, shard) for shard in (0, 1, 63)]
    assert [path[-1] for path in paths] == ["2026-11", "2026-11 1", "2026-11 63"]


def test_facts_are_kept_where_they_belong() -> None:
    assert record_path(an_order_change(facts(), "o-1")) == ("stores", "s-1", "orders", "o-1")
    assert record_path(a_customer_change("o-1")) == ("stores", "s-1", "customers", "o-1")


def test_an_id_cannot_reach_into_another_collection() -> None:
    assert order_path("s-1", "../customers/c-1") == ("stores", "s-1", "orders", "%2E%2E%2Fcustomers%2Fc-1")
    assert order_path("s-1/orders/o-1", "x")[1] == "s-1%2Forders%2Fo-1"
    assert product_path("s-1", Month(987, 1), "x")[-1] == "0987-01 x"
