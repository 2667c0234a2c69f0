"""The dashboard as CSV and as a workbook: the same figures, and nothing that a spreadsheet would run."""

import csv
import re
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest

from shared.dashboard.export import write_csv, write_xlsx
from tests.unit.fake_tallies import FakeTallies, a_coupon, a_product, shown


def rows(view: dict[str, Any]) -> list[list[str]]:
    return list(csv.reader(StringIO(write_csv(view), newline="")))


def a_view(name: str = "Blue mug", product_id: str = "p-1", coupon: str = "WELCOME10") -> dict[str, Any]:
    tallies = FakeTallies(
        {"2026-11-20": {"totalSales": 12990, "totalOrders": 3, "itemSales": 25980}},
        sold=[a_product(product_id, 12990, 3, name)],
        used=[a_coupon(coupon, 2, 9950)],
    )
    return shown(tallies, compare="previous")


def test_every_figure_of_the_screen_is_a_row() -> None:
    view = a_view()
    table = rows(view)
    assert table[0] == ["section", "id", "name", "figure", "value"]
    assert table[1:5] == [
        ["store", "", "", "storeId", "s-1"],
        ["store", "", "", "currency", "BRL"],
        ["store", "", "", "timezone", "America/Sao_Paulo"],
        ["store", "", "", "generatedAt", "2026-11-20T15:04:05.678000Z"],
    ]
    assert ["period", "", "", "startDate", "2026-11-01"] in table
    assert ["summary", "", "", "totalSales", "129.9"] in table
    assert ["comparisonPeriod", "", "", "endDate", "2026-10-31"] in table
    assert ["comparison", "", "", "totalSales", "0.0"] in table
    assert ["comparisonChange", "totalSales", "", "value", "129.9"] in table
    assert ["comparisonChange", "totalSales", "", "percent", ""] in table
    assert ["dailyTrend", "2026-11-20", "", "totalOrders", "3"] in table
    assert ["dailyTrend", "2026-11-14", "", "totalSales", "0.0"] in table
    assert table[-8:] == [
        ["salesByProduct", "p-1", "Blue mug", "totalSales", "129.9"],
        ["salesByProduct", "p-1", "Blue mug", "totalOrders", "3"],
        ["salesByProduct", "p-1", "Blue mug", "percentage", "50.0"],
        ["salesByProduct", "p-1", "Blue mug", "grossSales", "129.9"],
        ["salesByProduct", "p-1", "Blue mug", "refundedAmount", "0.0"],
        ["salesByProduct", "p-1", "Blue mug", "netSales", "129.9"],
        ["salesByCoupon", "WELCOME10", "", "timesUsed", "2"],
        ["salesByCoupon", "WELCOME10", "", "totalSalesAmount", "99.5"],
    ]
    sections = [row[0] for row in table]
    assert sections.count("summary") == sections.count("comparison") == len(view["summary"])
    assert sections.count("comparisonChange") == 2 * len(view["summary"])
    assert sections.count("dailyTrend") == 14
    assert {len(row) for row in table} == {5}


def test_what_a_request_adds_is_rows_too() -> None:
    tallies = FakeTallies(
        {"2026-11-20": {"totalOrders": 3, "itemSales": 400}},
        sold=[a_product("p-1", 300), a_product("p-2", 100)],
    )
    table = rows(shown(tallies, with_trend=True, products=1))
    assert [row[0] for row in table].count("trend") == 2 * 30
    assert ["trend", "2026-11-20", "", "totalOrders", "3"] in table
    assert table[-2:] == [
        ["otherProducts", "", "", "totalSales", "1.0"],
        ["otherProducts", "", "", "percentage", "25.0"],
    ]
    assert rows(shown(tallies, products=None))[-1] == ["page", "", "", "nextCursor", ""]


def test_the_days_of_both_periods_are_rows() -> None:
    tallies = FakeTallies({"2026-11-20": {"totalOrders": 3}, "2026-10-20": {"totalOrders": 2}})
    table = rows(shown(tallies, with_trend=True, compare="previous"))
    assert [row[0] for row in table].count("comparisonTrend") == 2 * 31
    assert ["trend", "2026-11-20", "", "totalOrders", "3"] in table
    assert ["comparisonTrend", "2026-10-20", "", "totalOrders", "2"] in table


def test_without_a_comparison_there_are_no_rows_of_it() -> None:
    assert not any(row[0].startswith("comparison") for row in rows(shown(FakeTallies())))


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n"]
)
def test_text_that_starts_like_a_formula_is_made_harmless(start: str) -> None:
    dangerous = f'{start}cmd|" /C calc"!A0'
    table = rows(a_view(name=dangerous, product_id=dangerous, coupon=dangerous))
    assert [row[1:3] for row in table[-5:]] == [[f"'{dangerous}"] * 2] * 3 + [[f"'{dangerous}", ""]] * 2


@pytest.mark.parametrize(
    "name", ["a,b", 'a "b"', "a\nb", "a\r\nb", "a;b", "\u00e7\u00e3o \U0001f600", "1-2", "a=b", "", "'x"]
)
def test_other_text_comes_back_as_it_is(name: str) -> None:
    assert rows(a_view(name=name))[-3][2] == name


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("a;=1", "a;'=1"),
        ("a;;-1", "a;;'-1"),
        ('a; "+1"', 'a; "\'+1"'),
        ("a\n@SUM(1)", "a\n'@SUM(1)"),
        ("a\r\n=1", "a\r\n'=1"),
        ("a\t\uff1d1", "a\t'\uff1d1"),
        (" =1", " '=1"),
        ('"=1', "\"'=1"),
    ],
)
def test_text_stays_harmless_where_a_spreadsheet_cuts_it_at_semicolons(name: str, harmless: str) -> None:
    assert rows(a_view(name=name))[-3][2] == harmless


def test_no_cell_is_a_formula_in_any_locale() -> None:
    evil = 'x;=cmd|"/C calc"!A0\n=1;"=2"\t@3'
    text = write_csv(a_view(name=evil, product_id=evil, coupon=evil))
    cells = re.split(r"[;\t\r\n]", text)
    assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "@"))]


def test_a_workbook_has_the_rows_of_the_csv_as_numbers_and_text() -> None:
    view = a_view(name="=1+1", product_id="https://shop.example.com/p-1")
    with ZipFile(BytesIO(write_xlsx(view))) as book:
        sheet, strings = (
            book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "sharedStrings")
        )
    assert sheet.count("<row ") == len(rows(view))
    assert "<v>129.9</v>" in sheet
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "<t>=1+1</t>" in strings


def test_a_negative_number_stays_a_number() -> None:
    view = a_view()
    view["summary"]["totalSales"] = -12.5
    assert ["summary", "", "", "totalSales", "-12.5"] in rows(view)


def test_lines_end_as_rfc_4180_says() -> None:
    assert write_csv(a_view()).count("\r\n") == len(rows(a_view()))
