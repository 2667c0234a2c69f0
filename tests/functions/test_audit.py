"""Who changed or exported what: a log line for each attempt, and a page for admins."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from google.api_core.exceptions import PermissionDenied

from infra.views import Operation, operations
from shared import runtime
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.entry.cursor import write_cursor
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, push
from tests.functions.tokens import Issuer

SETTINGS = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}
CONFIG = "/config/customer-lookup"

NOT_AUDITED = {
    "answer_document": "a basket is a record of its own, and its event is archived",
    "receive_notice": "a provider's signed notice becomes an event, which is archived",
}
"""{view that changes something: why the audit trail leaves it out}"""


@pytest.fixture
def lines(instance: Forget, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what reads the audit lines that were written since it was last called."""
    instance()

    def read() -> list[dict[str, Any]]:
        logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in logged if line["message"] == "audit"]

    return read


def is_export(operation: Operation) -> bool:
    kind = "application/json"
    if operation.answer not in (None, type(None)):
        kind = operation.answer.model_json_schema().get("contentMediaType", kind)
    return kind != "application/json" or "export" in operation.view.__name__


def entries(asker: Asker, path: str = "/audit", **query: Any) -> list[dict[str, Any]]:
    answer = asker.get(path, **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["entries"]
    return found


def test_every_view_that_changes_or_exports_something_declares_its_action() -> None:
    wanted = [one for one in operations() if one.method != "GET" or is_export(one)]
    silent = {one.view.__name__ for one in wanted if one.endpoint.audited is None}
    assert silent == NOT_AUDITED.keys()


def test_views_that_only_show_something_are_not_audited() -> None:
    audited = {one.view.__name__ for one in operations() if one.endpoint.audited and one.method == "GET"}
    exports = {one.view.__name__ for one in operations() if one.method == "GET" and is_export(one)}
    # The response of a call holds personal data, so whoever reads one is recorded.
    assert audited == exports | {"finish_sign_in", "show_lookup"}
    assert exports


def test_a_change_tells_who_and_from_what_to_what(
    crowd: Crowd, store_id: str, issuer: Issuer, lines: Any
) -> None:
    admin = crowd.somebody([store_id], ["admin"], sub="u-1")
    admin.send("PUT", f"/stores/{store_id}", SETTINGS)
    (created,) = lines()
    assert created["before"] is None
    assert created["after"].items() >= SETTINGS.items()
    admin.send("PUT", f"/stores/{store_id}", SETTINGS | {"name": "Boreal"})
    (line,) = lines()
    told = {
        "issuer": issuer.url,
        "subject": "u-1",
        "action": "store.changed",
        "storeId": store_id,
        "target": None,
        "before": {"name": "Aurora"},
        "after": {"name": "Boreal"},
        "outcome": "done",
        "status": 200,
    }
    assert line.items() >= told.items()
    newest, oldest = entries(admin, "/store/audit", storeId=store_id)
    assert newest == told | {"entryId": line["entryId"], "at": line["at"]}
    assert oldest["entryId"] == created["entryId"]


def test_a_refused_attempt_is_recorded_in_the_store_that_it_names(
    crowd: Crowd, store_id: str, lines: Any
) -> None:
    for asker in (crowd.somebody([store_id], sub="u-2"), crowd.somebody(["other"], ["admin"], sub="u-2")):
        problem(asker.send("PUT", f"/stores/{store_id}", SETTINGS), 403)
        (line,) = lines()
        refused = {"subject": "u-2", "storeId": store_id, "outcome": "refused", "status": 403, "after": None}
        assert line.items() >= refused.items()
    found = entries(crowd.admin(), "/store/audit", storeId=store_id)
    assert [one["outcome"] for one in found] == ["refused", "refused"]


def test_what_was_allowed_but_failed_is_told_apart(crowd: Crowd, store_id: str, lines: Any) -> None:
    wrong_fields(crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS | {"currency": "XYZ"}))
    (line,) = lines()
    assert (line["outcome"], line["status"], line["storeId"]) == ("failed", 400, store_id)


def test_somebody_unknown_leaves_a_line_and_no_document(crowd: Crowd, store_id: str, lines: Any) -> None:
    problem(crowd.nobody().send("PUT", f"/stores/{store_id}", SETTINGS), 401)
    (line,) = lines()
    assert (
        line.items()
        >= {
            "issuer": None,
            "subject": None,
            "storeId": store_id,
            "outcome": "refused",
        }.items()
    )
    assert entries(crowd.admin(), "/store/audit", storeId=store_id) == []


def test_an_export_is_recorded_with_its_period(crowd: Crowd, store_id: str, lines: Any) -> None:
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    asked = {"storeId": store_id, "startDate": "2026-11-01", "endDate": "2026-11-09"}
    assert crowd.somebody([store_id]).get("/store/dashboard.csv", **asked).status_code == 200
    line = lines()[-1]
    told = {"action": "dashboard.exported", "target": "2026-11-01/2026-11-09", "outcome": "done"}
    assert line.items() >= told.items()
    assert crowd.somebody([store_id]).get("/store/dashboard", **asked).status_code == 200
    assert lines() == []


def test_operators_see_what_is_about_no_store(
    crowd: Crowd, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTOMER_API_ORIGINS", '[{"origin": "https://api.example.com"}]')
    runtime.reset()
    for endpoint in ("https://api.example.com/a", "https://api.example.com/b"):
        assert crowd.admin().send("PUT", CONFIG, {"api_endpoint": endpoint}).status_code == 200
    assert lines()[-1]["before"] == {"api_endpoint": "https://api.example.com/a"}
    problem(crowd.somebody("*").send("PUT", CONFIG, {"api_endpoint": "https://api.example.com/c"}), 403)
    found = entries(crowd.admin())
    assert [(one["action"], one["outcome"], one["storeId"]) for one in found] == [
        ("lookups.configured", "refused", None),
        ("lookups.configured", "done", None),
        ("lookups.configured", "done", None),
    ]


def test_a_decision_about_a_dead_letter_names_it(
    crowd: Crowd, apps: dict[str, Flask], pubsub: PubSub, lines: Any
) -> None:
    push(apps["dead_letter_received"], "dead-letters", data=b"{}")
    (letter,) = crowd.admin().get("/dead-letters").get_json()["deadLetters"]
    assert crowd.admin().send("POST", f"/dead-letters/{letter['id']}/discard").status_code == 200
    (line,) = lines()
    assert line.items() >= {"action": "dead_letter.discarded", "target": letter["id"]}.items()
    assert pubsub


def test_a_reconciliation_tells_whether_it_repaired(
    crowd: Crowd, apps: dict[str, Flask], store_id: str, lines: Any
) -> None:
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    asked = {"storeId": store_id, "month": "2026-11", "repair": True}
    by_hand = Crowd(apps["reconcile"], crowd.issuer).admin([store_id])
    assert by_hand.send("POST", "/", asked).status_code == 200
    told = {"target": "2026-11", "after": {"repair": True, "driftCount": 0}}
    assert lines()[-1].items() >= told.items()
    assert by_hand.send("POST", "/timezone", {"storeId": store_id, "timezone": "UTC"}).status_code == 200
    moved = {"before": {"timezone": "America/Sao_Paulo"}, "after": {"timezone": "UTC"}}
    assert lines()[-1].items() >= (moved | {"action": "store.moved", "storeId": store_id}).items()


def test_sessions_are_recorded(crowd: Crowd, lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_STACK", "1")
    runtime.reset()
    asker = crowd.somebody(["s"], sub="u-3")
    assert asker.send("POST", "/session").status_code == 200
    assert asker.send("DELETE", "/session").status_code == 200
    assert [(line["action"], line["subject"]) for line in lines()] == [
        ("session.opened", "u-3"),
        ("session.closed", "u-3"),
    ]
    assert crowd.bearer("x").send("DELETE", "/session").status_code == 200
    assert [line["subject"] for line in lines()] == [None]


def test_lines_are_written_at_every_log_level(
    crowd: Crowd, store_id: str, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    runtime.reset()
    crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS)
    assert [line["action"] for line in lines()] == ["store.changed"]


def test_a_change_stands_although_its_entry_could_not_be_stored(
    crowd: Crowd, store_id: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = FirestoreDocuments.commit

    def refuse_entries(self: FirestoreDocuments, writes: Any) -> Any:
        if "audit" in writes[0].path:
            raise PermissionDenied("no")
        return commit(self, writes)

    monkeypatch.setattr(FirestoreDocuments, "commit", refuse_entries)
    runtime.reset()
    assert crowd.admin().send("PUT", f"/stores/{store_id}", SETTINGS).status_code == 201
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["severity"] for line in logged if line["message"] == "audit entry not stored"] == ["ERROR"]
    assert [line["status"] for line in logged if line["message"] == "audit"] == [201]
    assert entries(crowd.admin(), "/store/audit", storeId=store_id) == []


def test_the_trail_comes_in_pages_newest_first(crowd: Crowd, store_id: str) -> None:
    admin = crowd.admin([store_id])
    for n in range(5):
        admin.send("PUT", f"/stores/{store_id}", SETTINGS | {"name": f"n-{n}"})
    seen, cursor = [], dict[str, str]()
    for _ in range(3):
        page = admin.get("/store/audit", storeId=store_id, limit=2, **cursor).get_json()
        seen += [entry["after"]["name"] for entry in page["entries"]]
        cursor = {"cursor": page["nextCursor"]}
    assert seen == ["n-4", "n-3", "n-2", "n-1", "n-0"]
    assert page["nextCursor"] is None


def test_the_trail_is_for_admins(crowd: Crowd, store_id: str) -> None:
    for asker in (crowd.somebody([store_id]), crowd.admin(["other"])):
        problem(asker.get("/store/audit", storeId=store_id), 403)
        problem(asker.get("/audit"), 403)
    problem(crowd.admin([store_id]).get("/audit"), 403)
    problem(crowd.nobody().get("/store/audit", storeId=store_id), 401)


def test_a_cursor_that_names_no_entry_is_refused(crowd: Crowd) -> None:
    cursor = write_cursor([1, "a/b"])
    assert wrong_fields(crowd.admin().get("/audit", cursor=cursor)) == {"cursor"}
