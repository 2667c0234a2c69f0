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


def bars(scripts: Page, days: list[str], earlier: list[str], now: str, **more: Any) -> Any:
    """Return the bars; each day sold 0.1, each earlier one 1."""
    data = {
        "trend": [{"date": day, "totalSales": 0.1, "totalOrders": 1} for day in days],
        "comparison": {"trend": [{"date": day, "totalSales": 1, "totalOrders": 1} for day in earlier]},
        "timezone": "UTC",
        "generatedAt": f"{now}Z",
        **more,
    }
    return scripts.evaluate(f"import('/trend.js').then((one) => one.bars({json.dumps(data)}))")


def month(year: int, number: int, length: int) -> list[str]:
    return [f"{year}-{number:02}-{day:02}" for day in range(1, length + 1)]


def hours(day: str, *shown: str) -> list[dict[str, Any]]:
    return [
        {"hour": hour, "startsAt": f"{day}T{hour}+00:00", "totalSales": 1, "totalOrders": 1} for hour in shown
    ]


def test_days_to_come_are_no_bars_and_a_longer_month_compared_with_is_whole(scripts: Page) -> None:
    found = bars(scripts, month(2026, 11, 30), month(2026, 10, 31), "2026-11-03T12:00")
    shown = found["bars"]
    assert found["unit"] == "day"
    assert [bool(bar["figures"]) for bar in shown] == [True] * 3 + [False] * 28
    assert [bar["earlierRows"][0]["date"] for bar in shown] == month(2026, 10, 31)
    assert [place for place, bar in enumerate(shown) if bar["isOpen"]] == [2]


def test_more_than_92_days_are_weeks_that_end_with_the_period_and_add_up(scripts: Page) -> None:
    days = [*month(2026, 7, 31), *month(2026, 8, 31), *month(2026, 9, 30), *month(2026, 10, 3)]
    found = bars(scripts, days, days, "2026-12-01T12:00")
    shown = found["bars"]
    assert found["unit"] == "week"
    assert [len(bar["rows"]) for bar in shown] == [4] + [7] * 13
    assert shown[-1]["rows"][-1]["date"] == "2026-10-03"
    assert [bar["figures"]["totalSales"] for bar in shown] == [0.4] + [0.7] * 13
    assert [bar["earlier"]["totalSales"] for bar in shown] == [4] + [7] * 13
    assert not any(bar["isOpen"] for bar in shown)


def test_a_day_is_shown_by_hours_and_the_hour_that_runs_is_open(scripts: Page) -> None:
    clock = ("00:00", "01:00", "02:00")
    found = bars(
        scripts,
        ["2026-11-03"],
        ["2026-10-27"],
        "2026-11-03T01:24",
        hourly=hours("2026-11-03", *clock),
        comparison={"hourly": hours("2026-10-27", *clock)},
    )
    shown = found["bars"]
    assert found["unit"] == "hour"
    assert [bool(bar["figures"]) for bar in shown] == [True, True, False]
    assert [bar["isOpen"] for bar in shown] == [False, True, False]
    assert [bar["earlierRows"][0]["hour"] for bar in shown] == [*clock]


def test_a_day_that_is_over_has_no_open_hour(scripts: Page) -> None:
    clock = ("22:00", "23:00")
    found = bars(scripts, ["2026-11-02"], [], "2026-11-03T01:24", hourly=hours("2026-11-02", *clock))
    assert [bar["isOpen"] for bar in found["bars"]] == [False, False]
    assert not found["isCompared"]
