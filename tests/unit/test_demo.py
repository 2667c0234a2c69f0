"""The demonstration's printing and waiting, with an API that answers from memory."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from emulator.demo import wait
from emulator.demo.api import Api, DemoFailed
from emulator.demo.questions import Question, questions_about
from emulator.demo.report import amount, bar, dashboard_panel, print_access
from emulator.recount import Event
from emulator.samples import STORES, SampleEvent, sample_events

ANSWER = {
    "storeId": "kumo-tokyo",
    "timezone": "Asia/Tokyo",
    "currency": "JPY",
    "period": {
        "type": "month",
        "year": 2026,
        "month": 11,
        "startDate": "2026-11-01",
        "endDate": "2026-11-30",
    },
    "summary": {
        "totalSales": 1234567.0,
        "totalOrders": 1200,
        "totalCompletedOrders": 1000,
        "totalExpiredOrders": 150,
        "totalRefundedOrders": 50,
        "averageTicket": 1235.0,
        "grossSales": 1244567.0,
        "refundedAmount": 10000.0,
        "netSales": 1234567.0,
        "totalCustomers": 640,
        "newCustomers": 70,
        "ordersWithCoupon": 300,
        "ordersWithoutCoupon": 700,
    },
    "dailyTrend": [
        {"date": f"2026-11-{day}", "totalSales": day * 100.0, "totalOrders": day} for day in range(14, 21)
    ],
    "salesByProduct": [
        {
            "productId": f"p-{n}",
            "productName": f"Tea [{n}]",
            "totalSales": 900.0,
            "totalOrders": 9,
            "percentage": 9.5,
        }
        for n in range(7)
    ],
}


class Remembering(Api):
    """Answers what the recount says of the events given, or fails."""

    def __init__(self, events: Sequence[Event], *, fails: bool = False) -> None:
        self.events = events
        self.fails = fails

    def ask(self, question: Question) -> Any:
        if self.fails:
            raise DemoFailed("HTTP 503")
        expected = question.expected(self.events, datetime.now(UTC))
        return json.loads(json.dumps(expected, default=float)) | {"generatedAt": "now"}


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def console(output: io.StringIO) -> Console:
    return Console(file=output, width=100, highlight=False)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wait, "_PAUSE_S", 0.0)
    monkeypatch.setattr(wait, "_SETTLE_S", 0.0)


def some_events() -> list[SampleEvent]:
    return sample_events(datetime.now(UTC), orders=40)


def test_a_dashboard_fits_the_terminal_and_shows_the_figures(console: Console, output: io.StringIO) -> None:
    console.print(dashboard_panel("Kumo Tea", ANSWER))
    lines = output.getvalue().splitlines()
    assert max(map(len, lines)) <= 92
    for shown in ("Kumo Tea · November 2026", "¥1,234,567", "1,200", "Sat 14 Nov", "Tea [4]", "9.50 %"):
        assert shown in output.getvalue()
    assert "Tea [5]" not in output.getvalue()


def test_the_command_to_paste_is_one_unbroken_line(console: Console, output: io.StringIO) -> None:
    token = "t" * 500
    urls = {"dashboard": "http://127.0.0.1:8080/", "graphql": "http://127.0.0.1:8082"}
    print_access(console, urls, token)
    assert f"http://127.0.0.1:8082/graphql/#token={token}" in output.getvalue()
    assert output.getvalue().splitlines()[-1] == (
        f"curl -s -H 'Authorization: Bearer {token}' "
        "'http://127.0.0.1:8080/store/dashboard?storeId=aurora-sp'"
    )


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [(1234.5, "BRL", "R$ 1,234.50"), (1234.0, "JPY", "¥1,234"), (1.0, "CHF", "CHF 1.00")],
)
def test_an_amount_is_written_as_its_currency_is(value: float, currency: str, shown: str) -> None:
    assert amount(value, currency) == shown


@pytest.mark.parametrize(("value", "shown"), [(0, ""), (1, "▎"), (16, "████"), (8.5, "██▏")])
def test_a_bar_is_drawn_to_an_eighth(value: float, shown: str) -> None:
    assert bar(value, 16, width=4) == shown


def test_a_bar_of_nothing_is_empty() -> None:
    assert bar(0, 0) == ""


def test_the_questions_are_three_months_and_a_range() -> None:
    kumo = STORES[1]
    questions = questions_about(kumo, datetime(2026, 2, 28, 16, tzinfo=UTC))  # 1 March in Tokyo
    assert [question.query for question in questions] == [
        {},
        {"year": "2026", "month": "2"},
        {"year": "2026", "month": "1"},
        {"startDate": "2026-01-12", "endDate": "2026-02-10"},
    ]
    assert questions[0].title == "March 2026"


def test_waiting_ends_when_every_answer_is_right(console: Console, output: io.StringIO) -> None:
    events = some_events()
    assert wait.wait_for_answers(console, Remembering(events), events) == []
    assert "every answer was right" in output.getvalue()
    assert "\x1b" not in output.getvalue()


def test_waiting_ends_when_nothing_moves_and_says_what_differs(console: Console, output: io.StringIO) -> None:
    events = some_events()
    wrong = wait.wait_for_answers(console, Remembering(events[:-60]), events, patience_s=0)
    assert any("summary.total" in line for line in wrong)
    assert "Gave up: no answer has moved" in output.getvalue()


def test_an_api_that_is_away_is_waited_for_and_then_named(console: Console) -> None:
    wrong = wait.wait_for_answers(console, Remembering([], fails=True), some_events(), patience_s=0)
    assert all(line.endswith("HTTP 503") for line in wrong)
    assert wrong
