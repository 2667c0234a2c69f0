"""The smoke test knows functions that answer from ones that don't."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from infra.smoke import check

ANSWERS = {
    "/store/dashboard": (401, "application/problem+json"),
    "/webhooks/payments/nobody": (404, "application/problem+json"),
    "/": (403, "text/html"),
}


class Deployed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self) -> None:
        status, kind = ANSWERS[self.path.partition("?")[0]]
        self.send_response(status)
        self.send_header("Content-Type", kind)
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
    assert check({"dashboard": url, "payments": url, "reconcile": url}, pause_s=0) == []


def test_an_answer_that_is_not_ours_is_told(url: str) -> None:
    (problem,) = check({"graphql": url}, pause_s=0)
    assert problem == "graphql: expected 401 as application/problem+json, got 403 as text/html"


def test_silence_is_told() -> None:
    (problem,) = check({"dashboard": "http://127.0.0.1:9"}, pause_s=0)
    assert problem.startswith("dashboard: ")
