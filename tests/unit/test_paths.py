"""Everything has one document, and every counter its fields."""

from datetime import date

import pytest

from shared.documents.paths import FieldPath, Path, counter_paths, order_path, record_path, tally_path
from shared.domain.period import Month
from shared.domain.tallies import (
    COUPON_MONTHS,
    COUPONS,
    CUSTOMERS,
    PRODUCT_MONTHS,
    STORE_MONTHS,
    TALLIES,
    Row,
    Tally,
)
from tests.builders import a_customer_change, an_order_change, facts

NOVEMBER = Month(2026, 11)


@pytest.mark.parametrize(
    ("tally", "of", "path"),
    [
        (STORE_MONTHS, "", ("stores", "s-1", "months", "2026-11")),
        (PRODUCT_MONTHS, "p-1", ("stores", "s-1", "productMonths", "2026-11 p-1")),
        (PRODUCT_MONTHS, "p/1", ("stores", "s-1", "productMonths", "2026-11 p%2F1")),
        (COUPONS, "TEN", ("stores", "s-1", "coupons", "TEN")),
        (COUPON_MONTHS, "A/B", ("stores", "s-1", "couponMonths", "2026-11 A%2FB")),
        (CUSTOMERS, "c-1", ("stores", "s-1", "customers", "c-1")),
    ],
)
def test_every_tally_has_its_document(tally: Tally, of: str, path: Path) -> None:
    assert tally_path("s-1", tally, NOVEMBER, of) == path


def test_facts_are_kept_where_they_belong() -> None:
    assert record_path(an_order_change(facts(), "o-1")) == ("stores", "s-1", "orders", "o-1")
    assert record_path(a_customer_change("o-1")) == ("stores", "s-1", "customers", "o-1")


def test_an_id_cannot_reach_into_another_collection() -> None:
    assert order_path("s-1", "../customers/c-1") == ("stores", "s-1", "orders", "%2E%2E%2Fcustomers%2Fc-1")
    assert order_path("s-1/orders/o-1", "x")[1] == "s-1%2Forders%2Fo-1"
    assert tally_path("s-1", PRODUCT_MONTHS, Month(987, 1), "x")[-1] == "0987-01 x"


@pytest.mark.parametrize("tally", TALLIES)
def test_only_tallies_of_months_have_days(tally: Tally) -> None:
    days: list[FieldPath] = [("days", "05", "n")] if tally.is_monthly else []
    assert [*counter_paths(Row(tally, "x", date(2026, 11, 5)), "n")] == [("n",), *days]
