"""Routes, who asks, and what goes wrong: whatever happens is answered as a problem with its status."""

import json
import logging
from typing import Any

import pytest
from flask import Flask, Request, Response
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.queries import DashboardQuery
from shared.entry.request_input import check_identifier, read_body, read_query
from shared.entry.store_settings import StoreSettings
from shared.entry.web import Api, answer_json, require_admin, require_store
from shared.errors import KeysUnavailable, NotAuthenticated, StoreSettled, StoreUnavailable

VIEWER = Viewer(subject="u-1", stores=frozenset({"s-1"}), roles=frozenset({"viewer"}))
BAD_SETTINGS = {"name": "", "timezone": "x", "currency": "BRL", "color": "red"}

api = Api()


@api.route("/healthz", public=True)
def health(request: Request) -> Response:
    return answer_json({"path": request.path})


@api.route("/stores/<path:store_id>", "PUT")
def put_store(request: Request, viewer: Viewer, store_id: str) -> Response:
    check_identifier("storeId", store_id)
    require_store(viewer, store_id)
    return answer_json({"storeId": store_id, "name": read_body(StoreSettings, request).name})


@api.route("/ask")
def ask(request: Request, viewer: Viewer) -> Response:
    query = read_query(DashboardQuery, request)
    require_store(viewer, query.store_id)
    return answer_json({"storeId": query.store_id, "subject": viewer.subject})


@api.route("/fail/<how>")
def fail(request: Request, viewer: Viewer, how: str) -> Response:
    failures = {
        "away": StoreUnavailable("Firestore did not answer"),
        "settled": StoreSettled("currency: orders were counted in BRL"),
        "bug": KeyError(request.path),
    }
    require_admin(viewer) if how == "admin" else None
    raise failures[how]


class FakeVerifier:
    """Knows one token; others are refused, and with "down" the keys are away."""

    def check(self, headers: Headers) -> Viewer:
        match headers.get("Authorization"):
            case "Bearer good":
                return VIEWER
            case "Bearer down":
                raise KeysUnavailable("no keys")
        raise NotAuthenticated("expected the header 'Authorization: Bearer <token>', got none")


@pytest.fixture(autouse=True)
def runtime_without_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "verifier", FakeVerifier)
    monkeypatch.setattr(runtime, "log", lambda: logging.getLogger("tests.web"))


def answer(path: str, method: str = "GET", *, bearer: str | None = "good", **request: Any) -> Response:
    headers = Headers({"Authorization": f"Bearer {bearer}"} if bearer else {})
    environ = EnvironBuilder(path=path, method=method, headers=headers, **request).get_environ()
    with Flask(__name__).app_context():
        return api.answer(Request(environ))


def problem(response: Response) -> dict[str, Any]:
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = json.loads(response.data)
    assert body["status"] == response.status_code
    return body


@pytest.mark.parametrize("token", [None, "bad", "down", "good"])
def test_a_public_route_needs_no_token(token: str | None) -> None:
    response = answer("/healthz", bearer=token)
    assert (response.status_code, response.json) == (200, {"path": "/healthz"})


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("bad", 401), ("down", 503), ("good", 200)])
def test_any_other_route_needs_a_good_token(token: str | None, status: int) -> None:
    assert answer("/ask", query_string={"storeId": "s-1"}, bearer=token).status_code == status


def test_who_asks_without_a_token_is_told_how() -> None:
    response = answer("/ask", bearer=None)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer <token>" in problem(response)["detail"]


@pytest.mark.parametrize(
    ("path", "method", "status", "title"),
    [
        ("/nowhere", "GET", 404, "Not Found"),
        ("/", "GET", 404, "Not Found"),
        ("/ask/more", "GET", 404, "Not Found"),
        ("/ask", "POST", 405, "Method Not Allowed"),
        ("/stores/s-1", "DELETE", 405, "Method Not Allowed"),
    ],
)
def test_an_unknown_route_is_a_problem_even_without_a_token(
    path: str, method: str, status: int, title: str
) -> None:
    response = answer(path, method, bearer=None)
    assert (response.status_code, problem(response)["title"]) == (status, title)


def test_a_wrong_method_is_told_the_right_ones() -> None:
    assert set(answer("/stores/s-1", "GET").headers["Allow"].split(", ")) == {"PUT"}


@pytest.mark.parametrize("store_id", ["s-2", "unknown"])
def test_a_store_of_others_is_forbidden_whether_it_exists_or_not(store_id: str) -> None:
    response = answer("/ask", query_string={"storeId": store_id})
    assert response.status_code == 403
    assert problem(response)["detail"] == f"the token does not grant store '{store_id}'"


def test_every_wrong_parameter_is_listed() -> None:
    response = answer("/ask", query_string={"storeId": "s-1", "year": "x", "products": "0"})
    assert response.status_code == 400
    assert [error["field"] for error in problem(response)["errors"]] == ["year", "products"]
    assert problem(response)["detail"].startswith("year: expected a valid integer")


def test_a_parameter_that_is_missing_is_listed() -> None:
    assert problem(answer("/ask"))["errors"] == [
        {"field": "storeId", "detail": "expected a value, got nothing"}
    ]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\xff"])
def test_a_body_that_is_no_object_is_refused(body: str) -> None:
    response = answer("/stores/s-1", "PUT", data=body)
    assert response.status_code == 400
    assert problem(response)["detail"] == "expected a JSON object as the body"


def test_every_wrong_field_of_a_body_is_listed() -> None:
    response = answer("/stores/s-1", "PUT", json=BAD_SETTINGS)
    assert [error["field"] for error in problem(response)["errors"]] == ["name", "timezone", "color"]


@pytest.mark.parametrize(
    ("store_id", "said"), [("x" * 201, "at most 200"), ("a%00b", "no control characters")]
)
def test_a_part_of_the_path_that_is_no_id_is_refused(store_id: str, said: str) -> None:
    response = answer(f"/stores/{store_id}", "PUT")
    assert response.status_code == 400
    assert said in problem(response)["errors"][0]["detail"]


@pytest.mark.parametrize("store_id", ["A/12.3", "A//1", "\u00e7 \U0001f600", "a?b"])
def test_a_part_of_the_path_may_hold_anything(store_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = Viewer(subject="u-1", stores=None, roles=frozenset({"admin"}))
    monkeypatch.setattr(FakeVerifier, "check", lambda _self, _headers: everyone)
    settings = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
    encoded = store_id.encode().replace(b"?", b"%3F").decode()
    response = answer(f"/stores/{encoded}", "PUT", json=settings)
    assert response.json == {"storeId": store_id, "name": "Aurora"}


@pytest.mark.parametrize(("how", "status"), [("away", 503), ("settled", 409), ("admin", 403)])
def test_what_goes_wrong_in_a_view_has_its_status(how: str, status: int) -> None:
    assert answer(f"/fail/{how}").status_code == status


def test_what_may_work_later_says_when_to_try_again() -> None:
    response = answer("/fail/away")
    assert response.headers["Retry-After"] == "1"
    assert "Firestore" not in problem(response)["detail"]


def test_a_bug_is_a_problem_that_gives_nothing_away(caplog: pytest.LogCaptureFixture) -> None:
    said = problem(answer("/fail/bug"))
    assert (said["status"], said["detail"]) == (500, "the request could not be answered; the fault is ours")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [KeyError]


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/fail/away"])
def test_no_answer_is_stored_or_guessed_at(path: str) -> None:
    headers = answer(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_every_answer_is_one_log_line_without_the_query(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "tests.web"):
        answer("/ask", query_string={"storeId": "s-2"})
    [record] = caplog.records
    assert record.message == "request answered"
    facts = {name: getattr(record, name) for name in ("method", "path", "status")}
    assert facts == {"method": "GET", "path": "/ask", "status": 403}


def test_json_keeps_letters_readable() -> None:
    with Flask(__name__).app_context():
        response = answer_json({"name": "\u00e7"})
    assert response.data == '{"name": "\u00e7"}'.encode()
