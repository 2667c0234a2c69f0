"""Compare the counters of a document with a recount: the drift, and the write that repairs it."""

from typing import Any

import pytest

from shared.domain.tallies import CUSTOMERS, STORE_MONTHS
from shared.reconcile.comparison import Drift, Recounted, correction, drift_of

PATH = ("stores", "s-1", "months", "2026-11")


def a_store_month(expected: dict[tuple[str, ...], int], found: dict[str, Any]) -> Recounted:
    labels = {"month": "2026-11"}
    return Recounted(tally=STORE_MONTHS, path=PATH, expected=expected, found=found, labels=labels)


def a_customer(found: dict[str, Any], first: int | None, last: int) -> Recounted:
    path = ("stores", "s-1", "customers", "c-1")
    labels = {"customerId": "c-1"}
    return Recounted(tally=CUSTOMERS, path=path, expected={}, found=found, labels=labels, times=(first, last))


def told(document: Recounted) -> list[tuple[Any, ...]]:
    return [(".".join(one.row), one.counter, one.expected, one.actual) for one in drift_of(document)]


@pytest.mark.parametrize(
    ("expected", "found", "drift"),
    [
        ({}, {}, []),
        ({("totalOrders",): 2}, {"totalOrders": 2, "month": "2026-11"}, []),
        ({("totalOrders",): 0}, {"days": {"20": {"totalOrders": 0}}}, []),
        ({("totalOrders",): 2}, {}, [("", "totalOrders", 2, 0)]),
        ({}, {"totalOrders": -1}, [("", "totalOrders", 0, -1)]),
        ({}, {"newCustomers": 1}, []),
        ({("days", "20", "itemSales"): 5}, {"days": {}}, [("20", "itemSales", 5, 0)]),
        ({}, {"days": {"31": {"totalSales": 5}}}, [("31", "totalSales", 0, 5)]),
        (
            {("hours", "31", "01b", "totalSales"): 5, ("hours", "31", "23", "totalSales"): 5},
            {"hours": {"31": {"01": {"totalSales": 5}, "23": {"totalSales": 4, "itemSales": 1}}}},
            [("31.01", "totalSales", 0, 5), ("31.01b", "totalSales", 5, 0), ("31.23", "totalSales", 5, 4)],
        ),
        ({("totalOrders",): 2}, {"totalOrders": "2"}, [("", "totalOrders", 2, 0)]),
        ({("totalOrders",): 2}, {"totalOrders": True}, [("", "totalOrders", 2, 0)]),
        ({("totalOrders",): 2}, {"totalOrders": float("nan")}, [("", "totalOrders", 2, 0)]),
        ({("totalOrders",): 2}, {"totalOrders": 3.0}, [("", "totalOrders", 2, 3)]),
        ({("aCounterToCome",): 2}, {}, [("", "aCounterToCome", 2, 0)]),
        ({}, {"version": 3, "note": 4}, []),
    ],
)
def test_drift_is_every_counter_that_is_not_what_it_must_be(
    expected: dict[tuple[str, ...], int], found: dict[str, Any], drift: list[tuple[Any, ...]]
) -> None:
    assert told(a_store_month(expected, found)) == drift


@pytest.mark.parametrize(
    ("found", "first", "last", "drift"),
    [
        ({}, None, 0, []),
        ({"lastOrderAt": 0}, None, 0, []),
        ({"firstOrderAt": None, "lastOrderAt": 0}, None, 0, []),
        ({"firstOrderAt": 5, "lastOrderAt": 9}, 5, 9, []),
        ({"firstOrderAt": 4, "lastOrderAt": 9}, 5, 9, [("", "firstOrderAt", 5, 4)]),
        ({"firstOrderAt": 5}, 5, 9, [("", "lastOrderAt", 9, None)]),
        ({"firstOrderAt": 5}, None, 0, [("", "firstOrderAt", None, 5)]),
    ],
)
def test_order_times_are_compared_too(
    found: dict[str, Any], first: int | None, last: int, drift: list[tuple[Any, ...]]
) -> None:
    assert told(a_customer(found, first, last)) == drift


def test_a_correction_adds_what_is_missing_and_names_what_a_missing_document_needs() -> None:
    expected = {
        ("totalOrders",): 2,
        ("days", "20", "totalOrders"): 2,
        ("hours", "20", "12", "totalOrders"): 2,
    }
    document = a_store_month(expected, {"totalOrders": 5, "days": {"20": {"totalOrders": 1}}})
    write = correction(document, drift_of(document))
    assert (write.path, write.version) == (PATH, None)
    assert write.fields == {"month": "2026-11"}
    moved = {path: amount for path, amount in write.increments.items() if amount}
    assert moved == {
        ("totalOrders",): -3,
        ("days", "20", "totalOrders"): 1,
        ("hours", "20", "12", "totalOrders"): 2,
    }


def test_a_correction_keeps_the_labels_that_are_there() -> None:
    document = a_store_month({("totalOrders",): 1}, {"month": "2026-11"})
    assert correction(document, drift_of(document)).fields == {}


def test_a_corrected_customer_has_a_newer_version_and_no_time_is_added_to() -> None:
    document = a_customer({"customerId": "c-1", "firstOrderAt": 4, "totalOrders": 1}, 5, 9)
    write = correction(document, drift_of(document))
    assert write.fields == {}
    assert {path[0]: n for path, n in write.increments.items() if n} == {"totalOrders": -1, "version": 1}


@pytest.mark.parametrize(
    ("row", "shown"), [((), {}), (("20",), {"day": "20"}), (("20", "14"), {"day": "20", "hour": "14"})]
)
def test_a_drift_is_shown_with_its_document_and_its_row(row: tuple[str, ...], shown: dict[str, str]) -> None:
    drift = Drift(path=PATH, counter="totalOrders", row=row, expected=1, actual=2)
    document = {"document": "stores/s-1/months/2026-11", "counter": "totalOrders"}
    assert drift.shown() == document | {"expected": 1, "actual": 2} | shown
    assert Drift.read(drift.shown()) == drift
