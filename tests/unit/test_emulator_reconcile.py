"""The command that asks the stack to reconcile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emulator.__main__ import main
from emulator.state import StackState, StateFolder


@contextmanager
def answering(status: int, *bodies: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Serve one answer after the other; yield the address and what was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"null")
            asked.append((self.headers["Authorization"], sent))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(bodies[len(asked) - 1])

        def log_message(self, format: str, *args: object) -> None:
            """Keep the output to the tests."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def run(folder: Path, url: str, *arguments: str, command: str = "reconcile") -> Result:
    state = StackState(
        project_id="p", firestore_host="", pubsub_host="", valkey_url="", urls={"reconcile": url},
        token="t", webhook_secret="", issuer="", audience="", supervisor_pid=1, functions={},
    )  # fmt: skip
    state.write(StateFolder(folder).stack_file)
    return CliRunner().invoke(main, [command, "--state-dir", str(folder), *arguments])


@pytest.mark.parametrize(
    ("drift", "repair", "status"), [(0, False, 0), (2, False, 1), (2, True, 0), (0, True, 0)]
)
def test_the_report_is_shown_and_the_exit_code_tells_whether_anything_stays_wrong(
    tmp_path: Path, drift: int, repair: bool, status: int
) -> None:
    report = {"driftCount": drift, "repaired": repair, "storeId": "ü"}
    with answering(200, json.dumps(report).encode()) as (url, asked):
        result = run(tmp_path, url, *["--repair"] * repair, "s 1", "2026-11")
    assert (json.loads(result.output), result.exit_code) == (report, status)
    assert asked == [("Bearer t", {"storeId": "s 1", "month": "2026-11", "repair": repair})]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (409, b'{"detail": "another run is under way"}', "another run is under way"),
        (404, b"[]", "gave no answer"),
        (500, b"<html>", "gave no answer"),
    ],
)
def test_a_refusal_is_told(tmp_path: Path, status: int, body: bytes, said: str) -> None:
    with answering(status, body) as (url, _):
        result = run(tmp_path, url, "s-1", "2026-11")
    assert result.exit_code == 1
    assert said in result.output


def test_nothing_that_answers_is_told(tmp_path: Path) -> None:
    assert "gave no answer" in run(tmp_path, "http://127.0.0.1:1", "s-1", "2026-11").output


def test_a_move_to_another_zone_is_asked_for_until_it_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr("emulator.__main__.wait_visibly", waited.append)
    going = {"moved": 1200, "finished": False, "askAgainAfterSeconds": 0}
    answers = [
        going,
        going | {"moved": 0, "askAgainAfterSeconds": 120},
        going | {"moved": 3, "finished": True},
    ]
    with answering(200, *[json.dumps(answer).encode() for answer in answers]) as (url, asked):
        result = run(tmp_path, url, "s 1", "Asia/Tokyo", command="timezone")
    assert "1,200 orders and customers of store s 1 moved to Asia/Tokyo.\n" in result.output
    assert "Moving those too in 120 s" in result.output
    assert waited == [120]
    assert "1,203 orders and customers" in result.output
    assert result.output.splitlines()[-1].endswith("store s 1 counts by the days of Asia/Tokyo.")
    assert asked == [("Bearer t", {"storeId": "s 1", "timezone": "Asia/Tokyo"})] * 3


def test_a_move_that_is_refused_is_told(tmp_path: Path) -> None:
    with answering(404, b'{"detail": "no store"}') as (url, _):
        result = run(tmp_path, url, "s-1", "UTC", command="timezone")
    assert result.exit_code == 1
    assert "refused: no store" in result.output
