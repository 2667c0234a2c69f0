"""Returning customers over HTTP: they equal a recount, and cost months of ranges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from emulator.recount import Event, Period, differences, recount_returning
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, an_old_creation, an_old_order, an_old_status, push

ZONE = "America/Sao_Paulo"
PATH = "/store/returning-customers"
MAY = {"year": 2024, "month": 5}
BUYERS = ["c-1", "c-2", "c-1", None, "c-1", "c-2"]


def days(start: str, end: str) -> tuple[dict[str, Any], Period]:
    """Return how a range is asked for, and the range."""
    period = Period.days(date.fromisoformat(start), date.fromisoformat(end))
    return {"startDate": start, "endDate": end}, period


@pytest.fixture
def viewer(crowd: Crowd, store_id: str) -> Asker:
    return crowd.somebody([store_id])


@pytest.fixture
def events(apps: dict[str, Flask], pubsub: PubSub, store_id: str) -> list[Event]:  # noqa: ARG001
    """Push orders of two customers and a guest, the newest first and each twice, and return them."""
    told: list[Event] = []
    for n, customer_id in enumerate(BUYERS):
        order = an_old_order(f"o-{n}", customerId=customer_id) | {
            "createdAt": f"2024-05-{6 + 5 * n:02}T01:30:00Z"
        }
        told.append(("order-created", an_old_creation(store_id, order, eventId=f"c-{n}")))
    told.append(("order-status-changed", an_old_status(store_id, "EXPIRED", orderId="o-0")))
    for topic, event in [*reversed(told), *told]:
        assert push(apps[topic.replace("-", "_")], topic, event).status_code == 200
    return told


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        (MAY, Period.month(2024, 5)),
        days("2024-05-10", "2024-05-20"),
        days("2024-05-15", "2024-05-15"),
        ({"year": 2024, "month": 6}, Period.month(2024, 6)),
    ],
    ids=["month", "days", "day", "empty month"],
)
def test_they_equal_a_recount(
    viewer: Asker, events: list[Event], store_id: str, asked: dict[str, Any], period: Period
) -> None:
    answer = viewer.get(PATH, storeId=store_id, **asked)
    assert answer.status_code == 200
    view = answer.get_json()
    assert (view["period"], view["trailing"]) == (dict(period.shown), False)
    expected = recount_returning(events, store_id=store_id, timezone=ZONE, period=period)
    assert differences(expected, view) == []


@pytest.mark.usefixtures("events")
def test_three_of_five_orders_came_from_somebody_who_had_ordered_before(viewer: Asker) -> None:
    view = viewer.get(PATH, **MAY).get_json()
    figures = ("ordersOfCustomers", "firstOrders", "returningOrders", "returningRate")
    assert [view[name] for name in figures] == [5, 2, 3, 60.0]


@pytest.mark.usefixtures("events")
def test_the_comparison_is_the_other_periods_own_answer(viewer: Asker) -> None:
    may = viewer.get(PATH, **MAY).get_json()
    compared = viewer.get(PATH, year=2024, month=6, compare="previous").get_json()["comparison"]
    assert {name: may[name] for name in compared.keys() - {"change"}}.items() <= compared.items()
    assert compared["change"] == {"returningRate": {"value": -60, "percent": -100.0}}


@pytest.mark.usefixtures("events")
def test_the_answer_names_no_customer_and_no_order(viewer: Asker, project: str) -> None:
    text = viewer.get(PATH, compare="year", **MAY).text.replace(project, "")
    assert not any(name in text for name in ("c-1", "c-2", "o-0"))


@pytest.mark.usefixtures("events")
def test_what_is_wrong_is_refused(viewer: Asker) -> None:
    assert wrong_fields(viewer.get(PATH, compare="before")) == {"compare"}
    assert wrong_fields(viewer.get(PATH, products=1)) == {"products"}
    problem(viewer.get(PATH, year=2024), 400)
    problem(viewer.get(PATH, storeId="another"), 403)


def test_a_store_that_is_not_known_has_none(crowd: Crowd) -> None:
    problem(crowd.admin().get(PATH, storeId="nowhere"), 404)


@pytest.mark.usefixtures("events")
def test_every_month_counts_against_the_callers_months(
    crowd: Crowd, store_id: str, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBJECT_RANGE_MONTHS_PER_MINUTE", "3")
    instance()
    asker = crowd.somebody([store_id])
    statuses = [asker.get(PATH, **MAY, **more).status_code for more in ({"compare": "year"}, {})]
    assert statuses == [200, 200]
    refused = asker.get(PATH, **MAY)
    assert "too many months" in problem(refused, 429)["detail"]
    assert int(refused.headers["Retry-After"]) >= 1
    assert asker.get("/store/dashboard", **MAY).status_code == 200
