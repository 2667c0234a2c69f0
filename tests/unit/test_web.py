"""Routes, who asks, and what goes wrong: whatever happens is answered as a problem with its status."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.dashboard_query import DashboardQuery
from shared.entry.store_settings import StoreSettings
from shared.entry.views import PUBLIC, SIGNED_IN, VIEWER, Endpoint, answer_json
from shared.entry.web import mount
from shared.errors import KeysUnavailable, NotAuthenticated, StoreSettled, StoreUnavailable
from shared.settings import read_settings

SOMEBODY = Viewer(issuer="https://issuer.test", subject="u-1", grants={"s-1": frozenset({"viewer"})})
BAD_SETTINGS = {"name": "", "timezone": "x", "currency": "BRL", "color": "red"}

routes = Blueprint("routes", __name__)


@routes.get("/healthz")
@Endpoint(PUBLIC)
def health() -> Response:
    return answer_json({"path": request.path})


@routes.put("/stores/<id:store_id>")
@Endpoint(VIEWER, body=StoreSettings)
def put_store(store_id: str, body: StoreSettings) -> Response:
    return answer_json({"storeId": store_id, "name": body.name})


@routes.get("/ask")
@Endpoint(VIEWER, query=DashboardQuery)
def ask(query: DashboardQuery, viewer: Viewer) -> Response:
    return answer_json({"storeId": query.store_id, "subject": viewer.subject})


@routes.post("/limited")
@Endpoint(PUBLIC, most_bytes=10)
def read_little() -> Response:
    return answer_json({"bytes": len(request.get_data())})


@routes.get("/fail/<how>")
@Endpoint(SIGNED_IN)
def fail(how: str) -> Response:
    failures = {
        "away": StoreUnavailable("Firestore did not answer"),
        "settled": StoreSettled("currency: orders were counted in BRL"),
        "bug": KeyError(request.path),
    }
    raise failures[how]


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    mount(app, routes)
    return app


class FakeVerifier:
    """Knows one token; others are refused, and with "down" the keys are away."""

    def check(self, headers: Headers) -> Viewer:
        match headers.get("Authorization"):
            case "Bearer good":
                return SOMEBODY
            case "Bearer down":
                raise KeysUnavailable("no keys")
        raise NotAuthenticated("expected the header 'Authorization: Bearer <token>', got none")


@pytest.fixture(autouse=True)
def runtime_without_services(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings({"GOOGLE_CLOUD_PROJECT": "demo-web"})
    monkeypatch.setattr(runtime, "settings", lambda: settings)
    monkeypatch.setattr(runtime, "verifier", FakeVerifier)
    monkeypatch.setattr(runtime, "log", lambda: logging.getLogger("tests.web"))


Ask = Callable[..., TestResponse]


@pytest.fixture
def answer(app: Flask) -> Ask:
    """Return what asks the app, with a good token unless another is given."""

    def ask(path: str, method: str = "GET", *, bearer: str | None = "good", **sent: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return app.test_client().open(path, method=method, headers=headers, **sent)

    return ask


def problem(response: TestResponse) -> dict[str, Any]:
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = json.loads(response.data)
    assert body["status"] == response.status_code
    return body


@pytest.mark.parametrize("token", [None, "bad", "down", "good"])
def test_a_public_route_needs_no_token(answer: Ask, token: str | None) -> None:
    response = answer("/healthz", bearer=token)
    assert (response.status_code, response.json) == (200, {"path": "/healthz"})


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("bad", 401), ("down", 503), ("good", 200)])
def test_any_other_route_needs_a_good_token(answer: Ask, token: str | None, status: int) -> None:
    assert answer("/ask", query_string={"storeId": "s-1"}, bearer=token).status_code == status


def test_who_asks_without_a_token_is_told_how(answer: Ask) -> None:
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
    answer: Ask, path: str, method: str, status: int, title: str
) -> None:
    response = answer(path, method, bearer=None)
    assert (response.status_code, problem(response)["title"]) == (status, title)


def test_a_wrong_method_is_told_the_right_ones(answer: Ask) -> None:
    assert set(answer("/stores/s-1", "GET").headers["Allow"].split(", ")) == {"PUT"}


@pytest.mark.parametrize("store_id", ["s-2", "unknown"])
def test_a_store_of_others_is_forbidden_whether_it_exists_or_not(answer: Ask, store_id: str) -> None:
    response = answer("/ask", query_string={"storeId": store_id})
    assert response.status_code == 403
    assert problem(response)["detail"] == f"the token does not grant store '{store_id}'"


def test_every_wrong_parameter_is_listed(answer: Ask) -> None:
    response = answer("/ask", query_string={"storeId": "s-1", "year": "x", "products": "0"})
    assert response.status_code == 400
    assert [error["field"] for error in problem(response)["errors"]] == ["year", "products"]
    assert problem(response)["detail"].startswith("year: expected a valid integer")


def test_the_only_store_of_a_token_need_not_be_named(answer: Ask) -> None:
    assert answer("/ask").get_json()["storeId"] == "s-1"


def test_a_field_that_is_missing_is_listed(answer: Ask) -> None:
    response = answer("/stores/s-1", "PUT", json={"name": "Aurora", "currency": "BRL"})
    [error] = problem(response)["errors"]
    assert error == {
        "field": "timezone",
        "detail": "expected a value, got nothing",
        "code": "missing",
        "values": {},
    }


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\xff"])
def test_a_body_that_is_no_object_is_refused(answer: Ask, body: str) -> None:
    response = answer("/stores/s-1", "PUT", data=body)
    assert response.status_code == 400
    assert problem(response)["detail"] == "expected a JSON object as the body"


def test_every_wrong_field_of_a_body_is_listed(answer: Ask) -> None:
    response = answer("/stores/s-1", "PUT", json=BAD_SETTINGS)
    assert [error["field"] for error in problem(response)["errors"]] == ["name", "timezone", "color"]


@pytest.mark.parametrize(
    ("store_id", "said"),
    [("x" * 201, "at most 200"), ("a%00b", "no control characters"), ("a%0Ab", "no control characters")],
)
def test_a_part_of_the_path_that_is_no_id_is_refused(answer: Ask, store_id: str, said: str) -> None:
    response = answer(f"/stores/{store_id}", "PUT")
    assert response.status_code == 400
    assert said in problem(response)["errors"][0]["detail"]


@pytest.mark.parametrize("store_id", ["A/12.3", "A//1", "\u00e7 \U0001f600", "a?b"])
def test_a_part_of_the_path_may_hold_anything(
    answer: Ask, store_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = Viewer(issuer="https://issuer.test", subject="u-1", grants={None: frozenset({"admin"})})
    monkeypatch.setattr(FakeVerifier, "check", lambda _self, _headers: everyone)
    settings = {"name": "Aurora", "timezone": "UTC", "currency": "BRL"}
    encoded = store_id.encode().replace(b"?", b"%3F").decode()
    response = answer(f"/stores/{encoded}", "PUT", json=settings)
    assert response.json == {"storeId": store_id, "name": "Aurora"}


@pytest.mark.parametrize(("how", "status"), [("away", 503), ("settled", 409)])
def test_what_goes_wrong_in_a_view_has_its_status(answer: Ask, how: str, status: int) -> None:
    assert answer(f"/fail/{how}").status_code == status


def test_what_may_work_later_says_when_to_try_again(answer: Ask) -> None:
    response = answer("/fail/away")
    assert response.headers["Retry-After"] == "1"
    assert "Firestore" not in problem(response)["detail"]


def test_a_bug_is_a_problem_that_gives_nothing_away(answer: Ask, caplog: pytest.LogCaptureFixture) -> None:
    said = problem(answer("/fail/bug"))
    assert (said["status"], said["detail"]) == (500, "the request could not be answered; the fault is ours")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [KeyError]


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/fail/away"])
def test_no_answer_is_stored_or_guessed_at(answer: Ask, path: str) -> None:
    headers = answer(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_every_answer_is_one_log_line_without_the_query(
    answer: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "tests.web"):
        answer("/ask", query_string={"storeId": "s-2"})
    [record] = caplog.records
    assert record.message == "request answered"
    facts = {name: getattr(record, name) for name in ("method", "route", "status")}
    assert facts == {"method": "GET", "route": "/ask", "status": 403}


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("PUT", "/stores/secret-1", "/stores/<id:store_id>"),
        ("DELETE", "/stores/secret-1", "none"),
        ("GET", "/secret-1/metrics", "none"),
        ("GET", "/fail/away", "/fail/<how>"),
    ],
)
def test_ids_in_a_path_are_not_logged(
    answer: Ask, caplog: pytest.LogCaptureFixture, method: str, path: str, route: str
) -> None:
    with caplog.at_level(logging.INFO, "tests.web"):
        answer(path, method)
    assert getattr(caplog.records[-1], "route") == route  # noqa: B009 - unknown to the type checker
    assert not any("secret-1" in str(vars(record)) for record in caplog.records)


def test_json_keeps_letters_readable() -> None:
    with Flask(__name__).app_context():
        response = answer_json({"name": "\u00e7"})
    assert response.data == '{"name": "\u00e7"}'.encode()


def test_a_body_that_is_too_long_is_refused_in_a_stream(app: Flask, answer: Ask) -> None:
    assert answer("/limited", "POST", data=b"x" * 10).json == {"bytes": 10}
    assert problem(answer("/limited", "POST", data=b"x" * 11))["status"] == 413
    with app.test_request_context("/limited", method="POST", data=b"x" * 11):
        # functions-framework reads the rest of the body before it sends any answer but a stream.
        assert app.full_dispatch_request().is_streamed
