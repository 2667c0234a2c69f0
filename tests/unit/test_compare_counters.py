"""Another system's counters are read from CSV and JSON, and what is wrong with the file is named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from infra.compare.counters import FIGURES, MOST_PROBLEMS, CountersUnreadable, OldMonth, read_counters
from shared.domain.figures import SUMMARY
from shared.domain.period import Month

NOVEMBER = OldMonth(
    store_id="s-1",
    month=Month(2026, 11),
    figures={"totalSales": Decimal("14210.50"), "totalOrders": Decimal(120)},
)
OCTOBER = OldMonth(store_id="s-1", month=Month(2026, 10), figures={"totalOrders": Decimal(7)})


@pytest.mark.parametrize(
    "text",
    [
        "month,totalSales,totalOrders\n2026-11,14210.50,120\n",
        "\ufeffstoreId, totalOrders ,month,totalSales\r\ns-1,120,2026-11, 14210.50\r\n",
        '{"month": "2026-11", "totalSales": 14210.50, "totalOrders": 120}',
        ' [{"storeId": "s-1", "month": "2026-11", "totalSales": "14210.50", "totalOrders": "120"}]',
    ],
)
def test_csv_and_json_say_the_same(text: str) -> None:
    assert read_counters(text.encode(), "s-1") == [NOVEMBER]


def test_a_counter_that_is_left_out_is_not_compared_and_months_come_in_order() -> None:
    text = "month,totalSales,totalOrders\n2026-11,14210.50,120\n\n2026-10,,7\n"
    assert read_counters(text.encode(), "s-1") == [OCTOBER, NOVEMBER]
    rows = '[{"month": "2026-10", "totalSales": null, "totalOrders": 7}]'
    assert read_counters(rows.encode(), "s-1") == [OCTOBER]


def test_each_row_may_name_its_store_and_a_wrong_counter_may_be_negative() -> None:
    text = "storeId,month,totalSales\ns-2,2026-11,-3.5\ns-1,2026-11,1\n"
    read = read_counters(text.encode(), None)
    assert [(old.store_id, old.figures) for old in read] == [
        ("s-1", {"totalSales": Decimal(1)}),
        ("s-2", {"totalSales": Decimal("-3.5")}),
    ]


def test_every_counter_of_the_dashboard_can_be_compared() -> None:
    others = {"averageTicket", "totalCustomers", "grossSales", "netSales"}
    assert {figure.key for figure in SUMMARY} - FIGURES.keys() == others


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expected a header with the column month, separated by commas, got a list of 0"),
        (
            "month;totalOrders\n2026-11;3\n",
            "line 1: expected a header with the column month, separated by commas",
        ),
        ("month,totalOrders\n", "expected a row for each month, got none"),
        ("[]", "expected a row for each month, got none"),
        ("month,totalOrders\n2026-11\n", "line 2: expected 2 cells, got 1"),
        ("month,totalOrders\n2026-13,3\n", "line 2: month: expected a month such as 2026-11, got '2026-13'"),
        ("month,totalOrders\n2026-1,3\n", "line 2: month: expected a month such as 2026-11, got '2026-1'"),
        ("month,totalOrders\n,3\n", "line 2: month: expected a month such as 2026-11, got nothing"),
        ("month,totalOrders\n2026-11,3.5\n", "line 2: totalOrders: expected a whole number, got '3.5'"),
        (
            'month,totalSales\n2026-11,"1.234,56"\n',
            "line 2: totalSales: expected an amount such as 1234.50, got '1.234,56'",
        ),
        (
            "month,totalSales\n2026-11,NaN\n",
            "line 2: totalSales: expected an amount such as 1234.50, got 'NaN'",
        ),
        (
            "month,totalSales\n2026-11,1e99\n",
            "line 2: totalSales: expected an amount such as 1234.50, got '1e99'",
        ),
        (
            "month,averageTicket\n2026-11,3\n",
            "line 2: averageTicket: expected one of totalSales, totalOrders, ",
        ),
        ("month,totalOrders\n2026-11,\n", "line 2: expected at least one of totalSales, "),
        (
            "month,totalOrders\n2026-11,3\n2026-11,4\n",
            "line 3: expected one row for store 's-1' and 2026-11, got another",
        ),
        (
            "storeId,month,totalOrders\ns-2,2026-11,3\n",
            "line 2: storeId: expected 's-1' in all rows, got 's-2'",
        ),
        (
            'month,totalOrders\n2026-11,"3\n',
            "line 2: expected CSV, got something else: unexpected end of data",
        ),
        ("[3]", "[0]: expected an object, got 3"),
        ('[{"month": 202611, "totalOrders": 3}]', "[0]: month: expected a month such as 2026-11, got 202611"),
        (
            '[{"month": "2026-11", "totalOrders": true}]',
            "[0]: totalOrders: expected a whole number, got True",
        ),
        ('[{"month": "2026-11"', "expected JSON, got something else: "),
    ],
)
def test_what_is_wrong_with_the_file_is_named(text: str, said: str) -> None:
    with pytest.raises(CountersUnreadable) as refused:
        read_counters(text.encode(), "s-1")
    assert str(refused.value).startswith(said)


def test_a_file_that_is_no_text_is_named() -> None:
    with pytest.raises(CountersUnreadable, match="expected UTF-8, got invalid start byte at byte 0"):
        read_counters(b"\xff\xfe", "s-1")


def test_a_row_without_a_store_says_how_to_name_it() -> None:
    with pytest.raises(CountersUnreadable, match="expected the store's id, got nothing; STORE=… names one"):
        read_counters(b"month,totalOrders\n2026-11,3\n", None)


def test_all_problems_are_named_up_to_some() -> None:
    rows = "".join(f"2026-11,x{n}\n" for n in range(MOST_PROBLEMS + 3))
    with pytest.raises(CountersUnreadable) as refused:
        read_counters(f"month,totalOrders\n{rows}".encode(), "s-1")
    lines = str(refused.value).splitlines()
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == "and 3 more"
