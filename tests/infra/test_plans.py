"""The plan that is applied is the plan that was kept for the commit, byte for byte."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests

from infra.plans import PlanError, fetch, keep

NAME = "staging/0123abc.tfplan"


class Storage(BaseHTTPRequestHandler):
    """Cloud Storage's JSON API, as far as a plan needs it."""

    kept: dict[str, bytes]

    def do_POST(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (name,) = query["name"]
        assert query["uploadType"] == ["media"]
        if query.get("ifGenerationMatch") == ["0"] and name in self.kept:
            self.answer(412)
        else:
            self.kept[name] = body
            self.answer(200)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = unquote(parts.path.rpartition("/o/")[2])
        assert parse_qs(parts.query) == {"alt": ["media"]}
        self.answer(200, self.kept[name]) if name in self.kept else self.answer(404)

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Storage.kept = {}
    with HTTPServer(("127.0.0.1", 0), Storage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "staging.tfplan"
    path.write_bytes(b"PK\x03\x04 a plan")
    return path


def test_a_kept_plan_comes_back_as_it_was(url: str, plan: Path, tmp_path: Path) -> None:
    with requests.Session() as session:
        keep(session, "plans", NAME, plan, url)
        fetch(session, "plans", NAME, tmp_path / "again", url)
    assert (tmp_path / "again").read_bytes() == plan.read_bytes()


def test_a_kept_plan_is_never_replaced(url: str, plan: Path) -> None:
    with requests.Session() as session:
        keep(session, "plans", NAME, plan, url)
        approved = plan.read_bytes()
        plan.write_bytes(b"another")
        with pytest.raises(PlanError, match="kept already"):
            keep(session, "plans", NAME, plan, url)
    assert Storage.kept == {NAME: approved}


def test_without_a_plan_there_is_nothing_to_apply(url: str, tmp_path: Path) -> None:
    with requests.Session() as session, pytest.raises(PlanError, match="plans this commit first"):
        fetch(session, "plans", NAME, tmp_path / "again", url)
    assert not (tmp_path / "again").exists()
