"""An issuer's keys: loaded from a real server, kept while it is away, and never waited for in vain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread

import pytest

from emulator.issuer import TokenIssuer, make_private_key
from emulator.ports import HOST
from shared.adapters import signing_keys
from shared.adapters.signing_keys import SigningKeys
from shared.errors import KeysUnavailable, NotAuthenticated
from tests.patience import PATIENCE_S, wait_for

KEYS = TokenIssuer(issuer="i", audience="a", private_key=make_private_key()).build_jwks()["keys"]
A_DAY = 24 * 3600


@dataclass
class Page:
    """What the issuer serves: keys by id, or an error where there are none; it waits for `gate`."""

    key_ids: list[str] = field(default_factory=lambda: ["k-1"])
    gate: Event = field(default_factory=Event)
    asked: Queue[None] = field(default_factory=Queue)
    url: str = ""


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    page.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.asked.put(None)
            page.gate.wait(2 * PATIENCE_S)
            self.send_response(200 if page.key_ids else 500)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [KEYS[0] | {"kid": kid} for kid in page.key_ids]}).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Keep the output to the tests."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        page.url = f"http://{HOST}:{server.server_port}/"
        yield page
        page.gate.set()
        server.shutdown()
        thread.join()


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(page: Page, clock: Clock) -> SigningKeys:
    return SigningKeys(page.url, clock)


def knows(keys: SigningKeys, key_id: str) -> bool:
    try:
        return keys.find(key_id).key_id == key_id
    except (NotAuthenticated, KeysUnavailable):
        return False


def test_keys_are_loaded_once(keys: SigningKeys, page: Page) -> None:
    assert [keys.find("k-1").key_id for _ in range(3)] == ["k-1"] * 3
    assert page.asked.qsize() == 1


def test_keys_of_a_day_hold_while_the_issuer_is_away(keys: SigningKeys, page: Page, clock: Clock) -> None:
    keys.find("k-1")
    page.key_ids.clear()
    clock.now += A_DAY - 1
    assert keys.find("k-1").key_id == "k-1"
    clock.now += 10
    with pytest.raises(KeysUnavailable, match="no keys from http"):
        keys.find("k-1")


def test_a_key_holds_after_the_issuer_was_asked_in_vain(keys: SigningKeys, page: Page, clock: Clock) -> None:
    clock.now = A_DAY
    keys.find("k-1")
    page.key_ids.clear()
    clock.now += 60
    with pytest.raises(KeysUnavailable):
        keys.find("k-2")
    assert page.asked.qsize() == 2
    assert keys.find("k-1").key_id == "k-1"


def test_nobody_but_the_first_stranger_waits_for_an_issuer_that_does_not_answer(
    page: Page, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "_TIMEOUT_S", 4 * PATIENCE_S)
    keys = SigningKeys(page.url, clock)
    keys.find("k-1")
    page.asked.get()
    page.gate.clear()
    clock.now += 301
    with ThreadPoolExecutor(6) as strangers:
        asked = [strangers.submit(keys.find, f"unknown-{n}") for n in range(6)]
        page.asked.get(timeout=10)
        assert keys.find("k-1").key_id == "k-1"
        wait_for(lambda: sum(one.done() for one in asked) >= 5)  # all but the one that loads the keys
        page.gate.set()
        for one in asked:
            assert isinstance(one.exception(), NotAuthenticated | KeysUnavailable)
    assert page.asked.empty()


def test_old_keys_are_refreshed_in_the_background(keys: SigningKeys, page: Page, clock: Clock) -> None:
    keys.find("k-1")
    page.asked.get()
    page.key_ids = ["k-2"]
    page.gate.clear()
    clock.now += 301
    assert keys.find("k-1").key_id == "k-1"
    page.gate.set()
    page.asked.get(timeout=10)
    wait_for(lambda: knows(keys, "k-2"))
    assert page.asked.empty()


def test_a_new_key_is_looked_for_at_once_but_not_again_for_a_while(
    keys: SigningKeys, page: Page, clock: Clock
) -> None:
    keys.find("k-1")
    page.key_ids.append("k-2")
    with pytest.raises(NotAuthenticated, match="no key 'k-2'"):
        keys.find("k-2")
    with pytest.raises(NotAuthenticated, match=f"no key '{'k' * 100}'$"):
        keys.find("k" * 101)
    assert page.asked.qsize() == 1
    clock.now += 31
    assert keys.find("k-2").key_id == "k-2"
    for n in range(100):
        with pytest.raises(NotAuthenticated):
            keys.find(f"unknown-{n}")
    assert page.asked.qsize() == 2


def test_an_issuer_that_fails_is_left_alone_for_a_moment(keys: SigningKeys, page: Page, clock: Clock) -> None:
    found, page.key_ids = page.key_ids, []
    for _ in range(10):
        with pytest.raises(KeysUnavailable):
            keys.find("k-1")
    assert page.asked.qsize() == 1
    page.key_ids = found
    clock.now += 5
    assert keys.find("k-1").key_id == "k-1"
