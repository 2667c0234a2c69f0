"""Query parameters become a question, or a reason that names the parameter."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.dashboard.read import Question
from shared.domain.period import Month, Period
from shared.entry.cursor import write_cursor
from shared.entry.dashboard_query import DashboardQuery
from shared.entry.queries import CustomersQuery
from shared.messages.validation import describe_errors


def a_range(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("parameters", "question"),
    [
        ({}, Question()),
        ({"year": "2026", "month": "11"}, Question(period=Period.of_month(Month(2026, 11)))),
        ({"year": "1970", "month": "1"}, Question(period=Period.of_month(Month(1970, 1)))),
        ({"year": "9998", "month": "12"}, Question(period=Period.of_month(Month(9998, 12)))),
        (
            {"startDate": "2026-11-10", "endDate": "2026-11-10"},
            Question(period=a_range("2026-11-10", "2026-11-10")),
        ),
        (
            {"startDate": "2026-11-01", "endDate": "2026-11-30"},
            Question(period=a_range("2026-11-01", "2026-11-30")),
        ),
        (
            {"startDate": "2028-01-01", "endDate": "2028-12-31"},
            Question(period=a_range("2028-01-01", "2028-12-31")),
        ),
        ({"products": "1"}, Question(products=1)),
        ({"products": "500"}, Question(products=500)),
        ({"products": "all"}, Question(products=None)),
        (
            {"products": "all", "cursor": write_cursor([1_700_000_000_000_000, "p-1"])},
            Question(products=None, after=(1_700_000_000_000_000, "p-1")),
        ),
        ({"trend": "period"}, Question(with_trend=True)),
        ({"compare": "previous"}, Question(compare="previous")),
        ({"compare": "year"}, Question(compare="year")),
    ],
)
def test_good_parameters_are_a_question(parameters: dict[str, str], question: Question) -> None:
    assert DashboardQuery.model_validate({"storeId": "s-1"} | parameters).question() == question


@pytest.mark.parametrize(
    ("parameters", "field", "said"),
    [
        ({"year": "2026"}, "", "expected year and month together, got year=2026"),
        ({"month": "11"}, "", "expected year and month together, got month=11"),
        (
            {"startDate": "2026-11-01"},
            "",
            "expected startDate and endDate together, got startDate=2026-11-01",
        ),
        ({"endDate": "2026-11-01"}, "", "expected startDate and endDate together, got endDate=2026-11-01"),
        (
            {"year": "2026", "month": "11", "startDate": "2026-11-01", "endDate": "2026-11-02"},
            "",
            "expected either year and month, or startDate and endDate, got year=2026 and month=11 and"
            " startDate=2026-11-01 and endDate=2026-11-02",
        ),
        (
            {"startDate": "2026-11-02", "endDate": "2026-11-01"},
            "",
            "expected an endDate that is not before startDate 2026-11-02, got 2026-11-01",
        ),
        (
            {"startDate": "2027-01-01", "endDate": "2028-01-02"},
            "",
            "expected a range of at most 366 days, got 367 days",
        ),
        ({"year": "1969", "month": "1"}, "year", "expected greater than or equal to 1970, got '1969'"),
        ({"year": "9999", "month": "1"}, "year", "expected less than or equal to 9998, got '9999'"),
        ({"year": "x", "month": "1"}, "year", "expected a valid integer"),
        ({"year": "2026.5", "month": "1"}, "year", "expected a valid integer"),
        ({"year": "2026", "month": "0"}, "month", "expected greater than or equal to 1, got '0'"),
        ({"year": "2026", "month": "13"}, "month", "expected less than or equal to 12, got '13'"),
        ({"startDate": "2026-11-31", "endDate": "2026-12-01"}, "startDate", "day is out of range for month"),
        ({"startDate": "20261101", "endDate": "2026-11-02"}, "startDate", "expected a day from 1970 on"),
        ({"startDate": "2026-W45-1", "endDate": "2026-11-02"}, "startDate", "expected a day from 1970 on"),
        ({"startDate": "1969-12-31", "endDate": "1970-01-02"}, "startDate", "expected a day from 1970 on"),
        ({"startDate": "9998-12-31", "endDate": "9999-01-01"}, "endDate", "expected a day from 1970 on"),
        ({"startDate": "2026-11-01", "endDate": ""}, "endDate", "expected a day from 1970 on"),
        ({"products": "0"}, "products", "expected greater than or equal to 1, got '0'"),
        ({"products": "501"}, "products", "expected less than or equal to 500, got '501'"),
        ({"products": "many"}, "products", "expected a valid integer"),
        ({"products": "All"}, "products", "expected a valid integer"),
        ({"trend": "month"}, "trend", "expected 'period', got 'month'"),
        ({"products": "all", "cursor": "x"}, "cursor", "expected the nextCursor of an earlier answer"),
        ({"cursor": write_cursor([1, "p-1"])}, "", "expected products=all together with cursor"),
        ({"compare": "month"}, "compare", "expected 'previous', 'previous-weekdays' or 'year', got 'month'"),
        ({"compare": ""}, "compare", "expected 'previous', 'previous-weekdays' or 'year', got ''"),
        ({"storeId": ""}, "storeId", "expected at least 1 character, got ''"),
        ({"storeId": "x" * 201}, "storeId", "expected at most 200 characters"),
        ({"storeId": "a\0b"}, "storeId", "expected no control characters"),
        ({"storeid": "s-1"}, "storeid", "Extra inputs are not permitted, got 's-1'"),
        ({"start_date": "2026-11-01"}, "start_date", "Extra inputs are not permitted"),
    ],
)
def test_a_bad_parameter_is_named(parameters: dict[str, str], field: str, said: str) -> None:
    [(named, why)] = reasons(DashboardQuery, {"storeId": "s-1"} | parameters)
    assert named == field
    assert why.startswith(said)


def test_a_store_must_be_named() -> None:
    assert reasons(DashboardQuery, {}) == [("storeId", "expected a value, got nothing")]


def test_every_bad_parameter_is_named() -> None:
    bad = {"storeId": "", "year": "x", "products": "0"}
    assert [field for field, _ in reasons(DashboardQuery, bad)] == ["storeId", "year", "products"]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"sort": "name"}, "sort"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_a_bad_parameter_of_a_page_is_named(parameters: dict[str, str], field: str) -> None:
    assert [named for named, _ in reasons(CustomersQuery, {"storeId": "s-1"} | parameters)] == [field]


def test_a_page_shows_the_best_50_customers_unless_told_otherwise() -> None:
    query = CustomersQuery.model_validate({"storeId": "s-1"})
    assert (query.sort, query.limit, query.cursor) == ("spent", 50, None)


def reasons(model: Any, parameters: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(parameters)
    return list(describe_errors(refused.value))
