"""What made the difference: the scripts' arithmetic alone; no stack is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

WHOLE = None


def contributions(scripts: Page, now: Any, before: Any) -> Any:
    """Return what each product contributed; both periods are ({product: sales}, sales of the rest)."""
    lists = [
        {"rows": [{"id": name, "sales": sales, "orders": 1} for name, sales in known.items()], "rest": rest}
        for known, rest in (now, before)
    ]
    names = {"key": "id", "amount": "sales"}
    return scripts.evaluate(
        "asked => import('/changes.js').then((one) => one.contributions(...asked))", [*lists, names]
    )


def test_what_did_most_for_the_change_comes_first_and_what_is_gone_is_there(scripts: Page) -> None:
    found = contributions(
        scripts, ({"a": 10, "b": 30, "new": 5}, WHOLE), ({"a": 80, "b": 10, "gone": 7}, WHOLE)
    )
    assert [(row["id"], row["sales"], row["change"]) for row in found["rows"]] == [
        ("a", 10, -70),
        ("gone", 0, -7),
        ("new", 5, 5),
        ("b", 30, 20),
    ]
    assert (found["change"], found["others"]) == (-52, 0)


def test_changes_add_up_exactly(scripts: Page) -> None:
    found = contributions(scripts, ({"a": 0.1, "b": 0.2}, WHOLE), ({"a": 0.3}, WHOLE))
    assert [row["change"] for row in found["rows"]] in ([-0.2, 0.2], [0.2, -0.2])
    assert (found["change"], found["others"]) == (0, 0)


def test_what_one_list_may_have_cut_is_left_to_the_others(scripts: Page) -> None:
    found = contributions(scripts, ({"a": 50, "risen": 40}, 10), ({"a": 60, "fallen": 30}, 20))
    assert [(row["id"], row["change"]) for row in found["rows"]] == [("a", -10)]
    assert (found["change"], found["others"]) == (-10, 0)
    found = contributions(scripts, ({"a": 50, "risen": 40}, WHOLE), ({"a": 60}, 20))
    assert [row["id"] for row in found["rows"]] == ["a"]
    assert (found["change"], found["others"]) == (10, 20)


def sentence(scripts: Page, sales: float, completed: int, before: tuple[float, int]) -> Any:
    def figures(amount: float, orders: int) -> dict[str, float]:
        ticket = round(amount / orders, 2) if orders else 0
        return {"totalSales": amount, "averageTicket": ticket, "totalCompletedOrders": orders}

    now, then = figures(sales, completed), figures(*before)
    change = {
        name: {
            "value": round(now[name] - then[name], 2),
            "percent": round(100 * (now[name] - then[name]) / then[name], 2) if then[name] else None,
        }
        for name in now
    }
    data = {"currency": "BRL", "summary": now, "comparison": {"summary": then, "change": change}}
    return scripts.evaluate(f"import('/changes.js').then((one) => one.sentence({json.dumps(data)}))")


@pytest.mark.parametrize(
    ("sales", "completed", "before", "said"),
    [
        (850, 10, (1000, 10), "Sales -R$150.00: average ticket -15.0%, completed orders unchanged"),
        (1100, 11, (1000, 10), "Sales +R$100.00: average ticket unchanged, completed orders +10.0%"),
        (100, 10, (100, 20), "Sales unchanged: average ticket +100.0%, completed orders -50.0%"),
        (100, 10, (0, 0), ""),
        (
            1000.01,
            1000,
            (1000, 1000),
            "Sales +R$0.01: average ticket almost unchanged, completed orders unchanged",
        ),
        # Rounding hides neither that something changed nor that something is left.
        (
            1_000_010,
            1000,
            (1_000_000, 1000),
            "Sales +R$10.00: average ticket +R$0.01, completed orders unchanged",
        ),
        (1, 1, (5000, 5000), "Sales -R$4,999.00: average ticket unchanged, completed orders -4,999"),
    ],
)
def test_one_sentence_tells_what_changed(
    scripts: Page, sales: float, completed: int, before: tuple[float, int], said: str
) -> None:
    assert sentence(scripts, sales, completed, before) == said


def bars(scripts: Page, days: list[str], earlier: list[str], today: str) -> Any:
    """Return the bars; each day sold 0.1, each earlier one 1."""
    rows = [{"date": day, "totalSales": 0.1, "totalOrders": 1} for day in days]
    before = [{"date": day, "totalSales": 1, "totalOrders": 1} for day in earlier]
    data = {
        "trend": rows,
        "dailyTrend": [
            {"date": f"2026-10-{day:02}", "totalSales": 0, "totalOrders": 0} for day in range(1, 8)
        ],
        "comparison": {"trend": before},
        "period": {"endDate": days[-1]},
        "timezone": "UTC",
        "generatedAt": f"{today}T12:00:00Z",
    }
    return scripts.evaluate(f"import('/trend.js').then((one) => one.bars({json.dumps(data)}))")


def month(year: int, number: int, length: int) -> list[str]:
    return [f"{year}-{number:02}-{day:02}" for day in range(1, length + 1)]


def test_days_to_come_are_no_bars_and_a_longer_month_compared_with_is_whole(scripts: Page) -> None:
    found = bars(scripts, month(2026, 11, 30), month(2026, 10, 31), "2026-11-03")
    shown = found["bars"]
    assert not found["isWeekly"]
    assert [bool(bar["figures"]) for bar in shown] == [True] * 3 + [False] * 28
    assert [bar["earlierDays"][0]["date"] for bar in shown] == month(2026, 10, 31)


def test_more_than_92_days_are_weeks_that_end_with_the_period_and_add_up(scripts: Page) -> None:
    days = [*month(2026, 7, 31), *month(2026, 8, 31), *month(2026, 9, 30), *month(2026, 10, 3)]
    found = bars(scripts, days, days, "2026-12-01")
    shown = found["bars"]
    assert found["isWeekly"]
    assert [len(bar["days"]) for bar in shown] == [4] + [7] * 13
    assert shown[-1]["days"][-1]["date"] == "2026-10-03"
    assert [bar["figures"]["totalSales"] for bar in shown] == [0.4] + [0.7] * 13
    assert [bar["earlier"]["totalSales"] for bar in shown] == [4] + [7] * 13


def test_a_period_of_a_few_days_shows_seven_alone(scripts: Page) -> None:
    found = bars(scripts, month(2026, 10, 2), month(2026, 9, 2), "2026-12-01")
    assert [bar["days"][0]["date"] for bar in found["bars"]] == month(2026, 10, 7)
    assert not found["isCompared"]
