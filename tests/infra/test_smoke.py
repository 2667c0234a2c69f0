"""The smoke test knows functions that answer from ones that don't."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from infra.smoke import QUESTIONS, check, main
from tests.infra.configuration import MODULE, read

ANSWERS = {
    "/health": (200, "application/json"),
    "/store/dashboard": (401, "application/problem+json"),
    "/webhooks/payments/nobody": (404, "application/problem+json"),
    "/graphql": (403, "text/html"),
    "/": (403, "text/html"),
}
PUBLIC = frozenset(QUESTIONS)
SIGN_IN = "https://accounts.google.com/o/oauth2/v2/auth?client_id=iap"


class Deployed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "Content-Length" in self.headers:
            self.send_error(400)  # as Google's front end does
        else:
            self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, kind = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", kind)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Deployed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_functions_that_turn_strangers_away_are_well(url: str) -> None:
    assert check({"dashboard": url, "payments": url, "reconcile": url}, PUBLIC, pause_s=0) == []


def test_an_answer_that_is_not_ours_is_told(url: str) -> None:
    (problem,) = check({"graphql": url}, PUBLIC, pause_s=0)
    assert problem == "graphql: /graphql expected 401 as application/problem+json, got 403 as text/html"


def test_a_page_of_the_front_end_is_not_health(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "/health", (404, "text/html"))
    (problem,) = check({"dashboard": url}, PUBLIC, pause_s=0)
    assert problem == "dashboard: /health expected 200 as application/json, got 404 as text/html"


def test_a_private_function_that_answers_strangers_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "/", (200, "application/json"))
    assert check({"reconcile": url}, PUBLIC, pause_s=0) == ["reconcile: not private, answered 200"]


@pytest.mark.parametrize("answer", [(403, "text/html"), (401, "text/html"), (302, SIGN_IN)])
def test_where_nothing_is_public_google_turns_strangers_away(
    answer: tuple[int, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, "/", answer)
    assert check(dict.fromkeys(QUESTIONS, url), frozenset(), pause_s=0) == []


@pytest.mark.parametrize("answer", [(302, "/signin"), (401, "application/problem+json")])
def test_a_stranger_whom_our_own_code_turns_away_came_too_far(
    answer: tuple[int, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, "/", answer)
    assert check({"reconcile": url}, PUBLIC, pause_s=0) == [f"reconcile: not private, answered {answer[0]}"]


def test_every_function_that_is_public_is_asked() -> None:
    (public,) = [
        variable["public_functions"]
        for variable in read(MODULE)["variable"]
        if "public_functions" in variable
    ]
    assert {*public["default"]} == QUESTIONS.keys()


def test_without_a_deploy_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main() == 1
    assert "Deploy first: make deploy" in capsys.readouterr().err


def test_silence_is_told() -> None:
    (problem,) = check({"dashboard": "http://127.0.0.1:9"}, PUBLIC, pause_s=0)
    assert problem.startswith("dashboard: ")
