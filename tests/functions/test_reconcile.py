"""Reconciling over HTTP: by an admin, and by the scheduler."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from google.cloud.firestore import Increment

from shared import runtime
from shared.adapters.firestore.client import Client
from shared.documents.paths import customer_path, month_path, order_path, reconciliation_path
from shared.domain.period import Month, local_day
from tests.builders import a_status_change, an_event, an_order
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, push
from tests.functions.tokens import Issuer

Apps = dict[str, Flask]
NOVEMBER = Month(2026, 11)


@pytest.fixture
def admins(apps: Apps, instance: Forget, issuer: Issuer) -> Crowd:  # noqa: ARG001
    return Crowd(apps["reconcile"], issuer)


@pytest.fixture
def stocked(apps: Apps, pubsub: PubSub, store_id: str) -> Client:  # noqa: ARG001
    """Return the database, in which the store has one completed order."""
    push(apps["order_created"], "order-created", an_event(an_order(), storeId=store_id))
    push(apps["order_status_changed"], "order-status-changed", a_status_change(storeId=store_id))
    return runtime.firestore()


def asked(store_id: str, **changed: Any) -> dict[str, Any]:
    return {"storeId": store_id, "month": "2026-11"} | changed


def test_everybody_who_reads_the_figures_sees_how_they_compared_last(
    admins: Crowd, apps: Apps, issuer: Issuer, stocked: Client, store_id: str
) -> None:
    viewer = Crowd(apps["dashboard"], issuer).somebody([store_id])

    def recount() -> Any:
        return viewer.get("/store/recount", storeId=store_id).get_json()

    assert recount() == {"storeId": store_id, "recount": None}
    store = runtime.stores().read(store_id)
    assert store is not None
    month = Month.of(local_day(datetime.now(UTC), store.timezone))
    for n, day, repair in ((1, "01", False), (2, "02", True)):
        stocked.document(*month_path(store_id, month)).set(
            {"month": str(month), "days": {day: {"totalSales": n}}}, merge=True
        )
        report = admins.admin().send("POST", "/", asked(store_id, month=str(month), repair=repair)).get_json()
        expected = {"month": str(month), "differences": report["driftCount"], "repaired": repair}
        assert report["driftCount"] > 0
        shown = recount()["recount"]
        assert shown == expected | {"readTime": report["readTime"], "orders": report["orders"]}


def test_drift_is_reported_repaired_and_gone(
    admins: Crowd, apps: Apps, issuer: Issuer, stocked: Client, store_id: str
) -> None:
    customer = stocked.document(*customer_path(store_id, "c-1"))
    dashboard = Crowd(apps["dashboard"], issuer).admin()
    customer.update({"totalOrders": Increment(4)})
    month = "/".join(month_path(store_id, NOVEMBER))
    stocked.document(month).update({"days.`20`.totalSales": Increment(-1)})
    answer = admins.admin().send("POST", "/", asked(store_id))
    report = answer.get_json()
    assert report.pop("readTime").endswith("Z")
    drift = [
        {"document": month, "counter": "totalSales", "day": "20", "expected": 12990, "actual": 12989},
        {"document": customer.path, "counter": "totalOrders", "expected": 1, "actual": 5},
    ]
    assert report == {
        **asked(store_id), "orders": 1, "passes": 1, "driftCount": 2, "drift": drift, "repaired": False,
        "staleCards": 0,
    }  # fmt: skip
    repaired = admins.admin(stores=[store_id]).send("POST", "/", asked(store_id, repair=True)).get_json()
    assert (repaired["driftCount"], repaired["repaired"], repaired["staleCards"]) == (2, True, 0)
    assert admins.admin().send("POST", "/", asked(store_id)).get_json()["drift"] == []
    card = dashboard.get("/store/customers/c-1/metrics", storeId=store_id)
    assert (card.get_json()["totalOrders"], card.headers["X-Cache"]) == (1, "HIT")


def test_only_admins_of_the_store_may(admins: Crowd, stocked: Client, store_id: str) -> None:  # noqa: ARG001
    problem(admins.nobody().send("POST", "/", asked(store_id)), 401)
    problem(admins.somebody("*").send("POST", "/", asked(store_id)), 403)
    problem(admins.admin(stores=["another"]).send("POST", "/", asked(store_id)), 403)
    problem(admins.admin().get("/"), 405)


def test_a_wrong_question_is_refused(admins: Crowd, instance: Forget, store_id: str) -> None:  # noqa: ARG001
    problem(admins.admin().send("POST", "/", asked("nowhere")), 404)
    wrong = {"storeId": "", "month": "2026-13", "repair": "yes", "more": 1}
    assert wrong_fields(admins.admin().send("POST", "/", wrong)) == set(wrong)


def test_while_a_run_is_under_way_another_is_refused(admins: Crowd, stocked: Client, store_id: str) -> None:
    deadline = datetime.now(UTC) + timedelta(minutes=30)
    lease = stocked.document(*reconciliation_path(store_id, NOVEMBER))
    lease.set({"runId": "somebody", "deadline": deadline, "commits": 0})
    detail = problem(admins.admin().send("POST", "/", asked(store_id)), 409)["detail"]
    assert detail.startswith("another run is under way, until 2")
    lease.update({"deadline": datetime.now(UTC) - timedelta(seconds=1)})
    assert admins.admin().send("POST", "/", asked(store_id)).status_code == 200


def test_the_dashboard_runs_it_too_and_shows_the_last_report(
    crowd: Crowd, stocked: Client, store_id: str
) -> None:
    nothing = {"storeId": store_id, "month": "2026-11", "running": None, "report": None}
    assert crowd.admin().get("/reconciliations", **asked(store_id)).get_json() == nothing
    stocked.document(*month_path(store_id, NOVEMBER)).update({"totalOrders": Increment(7)})
    for repair in (False, True):
        report = crowd.admin().send("POST", "/reconciliations", asked(store_id, repair=repair)).get_json()
        assert (report["driftCount"], report["repaired"]) == (1, repair)
        shown = crowd.admin(stores=[store_id]).get("/reconciliations", **asked(store_id)).get_json()
        assert shown == nothing | {"report": report}
    again = crowd.admin().send("POST", "/reconciliations", asked(store_id)).get_json()
    assert again["driftCount"] == 0


def test_a_repair_on_the_dashboard_renews_the_customers_card(
    crowd: Crowd, stocked: Client, store_id: str
) -> None:
    stocked.document(*customer_path(store_id, "c-1")).update({"totalOrders": Increment(4)})
    crowd.admin().send("POST", "/reconciliations", asked(store_id, repair=True))
    card = crowd.admin().get("/store/customers/c-1/metrics", storeId=store_id)
    assert (card.get_json()["totalOrders"], card.headers["X-Cache"]) == (1, "HIT")


def test_a_run_under_way_is_shown_and_refuses_another_from_the_dashboard(
    crowd: Crowd, stocked: Client, store_id: str
) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    deadline = began + timedelta(minutes=30)
    lease = stocked.document(*reconciliation_path(store_id, NOVEMBER))
    lease.set({"runId": "somebody", "startedAt": began, "deadline": deadline, "commits": 0})
    running = crowd.admin().get("/reconciliations", **asked(store_id)).get_json()["running"]
    assert [datetime.fromisoformat(running[name]) for name in ("startedAt", "until")] == [began, deadline]
    problem(crowd.admin().send("POST", "/reconciliations", asked(store_id)), 409)
    lease.update({"deadline": datetime.now(UTC) - timedelta(seconds=1)})
    assert crowd.admin().get("/reconciliations", **asked(store_id)).get_json()["running"] is None


def test_reports_are_for_admins_of_the_store(crowd: Crowd, stocked: Client, store_id: str) -> None:  # noqa: ARG001
    question = asked(store_id)
    for somebody, status in (
        (crowd.nobody(), 401), (crowd.somebody("*"), 403), (crowd.admin(stores=["another"]), 403),
    ):  # fmt: skip
        problem(somebody.get("/reconciliations", **question), status)
        problem(somebody.send("POST", "/reconciliations", question), status)
    problem(crowd.admin().get("/reconciliations", **asked("nowhere")), 404)
    assert wrong_fields(crowd.admin().get("/reconciliations", **asked(store_id, month="2026-13"))) == {
        "month"
    }


def test_a_run_writes_one_line_which_is_an_error_where_there_is_drift(
    admins: Crowd, stocked: Client, store_id: str, instance: Forget, capfd: pytest.CaptureFixture[str]
) -> None:
    instance()
    admins.admin().send("POST", "/", asked(store_id))
    stocked = runtime.firestore()
    stocked.document(*month_path(store_id, NOVEMBER)).update({"totalOrders": Increment(1)})
    admins.admin().send("POST", "/", asked(store_id))
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    runs = [line for line in lines if line["message"] == "tallies reconciled"]
    assert [(line["severity"], line["driftCount"], line["orders"]) for line in runs] == [
        ("INFO", 0, 1), ("ERROR", 1, 1),
    ]  # fmt: skip
    assert all(line["storeId"] == store_id and line["durationMs"] > 0 for line in runs)


def test_a_record_that_can_not_be_read_is_named(admins: Crowd, stocked: Client, store_id: str) -> None:
    order = stocked.document(*order_path(store_id, "o-1"))
    order.update({"statuses": "edited by hand"})
    detail = problem(admins.admin().send("POST", "/", asked(store_id)), 409)["detail"]
    assert detail.startswith(f"{order.path}: statuses: ")


def test_every_night_each_stores_current_and_previous_month_are_compared_and_left_alone(
    apps: Apps,
    pubsub: PubSub,  # noqa: ARG001 - the topics
    store_id: str,
) -> None:
    now = datetime.now(UTC)
    for n, days in enumerate((0, 32)):
        order = an_order(f"o-{n}", createdAt=(now - timedelta(days=days)).isoformat())
        for store in (store_id, f"{store_id} 2"):
            push(apps["order_created"], "order-created", an_event(order, storeId=store, eventId=f"e-{n}"))
    nightly = apps["reconcile_all"].test_client()
    outcome = {"months": 4, "drifted": 0, "unfinished": 0, "failed": 0, "left": 0, "failures": []}
    assert nightly.post("/").get_json() == outcome
    months = runtime.firestore().collection("stores").document().parent
    for reference in months.list_documents():
        for month in reference.collection("months").list_documents():
            month.update({"totalOrders": Increment(1)})
    drifted = nightly.post("/").get_json()
    assert drifted == nightly.post("/").get_json()
    assert drifted["drifted"] in (2, 4)
    problem(nightly.get("/"), 405)


def test_a_night_with_a_failed_month_compares_the_others_and_answers_an_error_that_names_it(
    apps: Apps, stocked: Client, store_id: str, instance: Forget, capfd: pytest.CaptureFixture[str]
) -> None:
    instance()
    current = Month.of(datetime.now(UTC).date())
    stocked.document(*reconciliation_path(store_id, current)).set({"deadline": "edited by hand"})
    night = apps["reconcile_all"].test_client().post("/")
    outcome = night.get_json()
    assert (night.status_code, outcome["months"], outcome["failed"]) == (500, 1, 1)
    [failure] = outcome["failures"]
    assert (failure["storeId"], failure["month"]) == (store_id, str(current))
    assert failure["error"].startswith("TypeError: ")
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    [told] = [line for line in lines if line["message"] == "some months were not reconciled"]
    assert (told["severity"], told["failures"]) == ("ERROR", [failure])
