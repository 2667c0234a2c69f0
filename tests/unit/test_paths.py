"""Everything has one document, and every counter its fields."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.documents import paths
from shared.documents.paths import Path, counter_fields, counter_paths, order_path, record_path, tally_path
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


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (lambda: paths.month_path("s/1", NOVEMBER), "stores s%2F1 months 2026-11"),
        (lambda: paths.customer_path("s/1", "c/1"), "stores s%2F1 customers c%2F1"),
        (lambda: paths.reconciliation_path("s/1", NOVEMBER), "stores s%2F1 reconciliations 2026-11"),
        (lambda: paths.repair_path("s/1"), "stores s%2F1 reconciliations repair"),
        (lambda: paths.letter_path("a1"), "deadLetters a1"),
        (lambda: paths.letter_part_path("a1", 2), "deadLetters a1 deadLetterParts 2"),
        (lambda: paths.audit_path("s/1", "e1"), "stores s%2F1 audit e1"),
        (lambda: paths.audit_path(None, "e1"), "audit e1"),
        (lambda: paths.erasure_path("s/1", "a1"), "stores s%2F1 erasures a1"),
        (lambda: paths.card_pass_path("s/1"), "cardPasses s%2F1"),
        (lambda: paths.basket_path("s/1", "b/1"), "stores s%2F1 baskets b%2F1"),
        (lambda: paths.outbox_path("s/1", "b/1"), ("outbox", "s%2F1 b%2F1")),
        (lambda: paths.sweep_path("outbox"), "sweeps outbox"),
        (lambda: paths.lookup_path("s/1", "a1"), "stores s%2F1 lookups a1"),
        (lambda: paths.lookup_call_path("s/1", "a/1"), "stores s%2F1 lookupCalls a%2F1"),
    ],
)
def test_everything_else_has_its_document_too(path: Callable[[], Path], where: str | Path) -> None:
    assert path() == (tuple(where.split()) if isinstance(where, str) else where)


def test_facts_are_kept_where_they_belong() -> None:
    assert record_path(an_order_change(facts(), "o-1")) == ("stores", "s-1", "orders", "o-1")
    assert record_path(a_customer_change("o-1")) == ("stores", "s-1", "customers", "o-1")


def test_an_id_cannot_reach_into_another_collection() -> None:
    assert order_path("s-1", "../customers/c-1") == ("stores", "s-1", "orders", "%2E%2E%2Fcustomers%2Fc-1")
    assert order_path("s-1/orders/o-1", "x")[1] == "s-1%2Forders%2Fo-1"
    assert tally_path("s-1", PRODUCT_MONTHS, Month(987, 1), "x")[-1] == "0987-01 x"


@pytest.mark.parametrize(
    ("tally", "counter", "paths"),
    [
        (STORE_MONTHS, "totalOrders", ["totalOrders", "days.05.totalOrders", "hours.05.01b.totalOrders"]),
        (STORE_MONTHS, "totalSales", ["days.05.totalSales", "hours.05.01b.totalSales"]),
        (STORE_MONTHS, "itemSales", ["days.05.itemSales"]),
        (PRODUCT_MONTHS, "totalSales", ["totalSales", "days.05.totalSales"]),
        (COUPONS, "timesUsed", ["timesUsed"]),
        (CUSTOMERS, "totalSales", ["totalSales"]),
    ],
)
def test_a_counter_has_a_total_and_a_row_of_its_day_and_hour_where_the_table_says_so(
    tally: Tally, counter: str, paths: list[str]
) -> None:
    found = counter_paths(Row(tally, "x", date(2026, 11, 5), "01b"), counter)
    assert [".".join(path) for path in found] == paths


@pytest.mark.parametrize("tally", TALLIES)
def test_every_field_that_holds_a_counter_is_found_in_its_document(tally: Tally) -> None:
    row = Row(tally, "x", date(2026, 11, 5), "14")
    paths = {path: n for n, path in enumerate(p for c in tally.counters for p in counter_paths(row, c))}
    fields: dict[str, Any] = {"month": "2026-11", "version": 4}
    for (*parents, counter), n in paths.items():
        place = fields
        for parent in parents:
            place = place.setdefault(parent, {})
        place[counter] = n
    assert dict(counter_fields(tally, fields)) == paths
