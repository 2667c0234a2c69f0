"""Bodies that are too long, too deep, or wrong in too many ways, sent before and after signing in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from flask import Flask

from emulator.topology import read_topology
from infra.views import http_functions, operations
from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.entry.delivery import ORDINARY_BYTES
from shared.messages.events import MAX_MESSAGE_BYTES
from tests.functions.conftest import ROOT, Forget
from tests.functions.dashboard_client import Crowd, problem
from tests.functions.messages import PubSub, an_old_creation, push
from tests.functions.tokens import Issuer
from tests.functions.uploads import Framing, Upload

Apps = dict[str, Flask]

LIMIT = 64 * 1024
WEBHOOK = 1_000_000
HUGE = 30 * 2**20
STEP = 64 * 1024
"""What a server reads at once."""
MOST_ANSWERED = 8 * 1024

FUNCTIONS = read_topology(ROOT / "infra" / "topology.json").functions
_ENTRY_POINTS = {one.name: one.entry_point for one in http_functions()}
PLACES = [
    *((_ENTRY_POINTS[one.function], one.method, re.sub(r"\{\w+\}", "x", one.path)) for one in operations()),
    *(
        (entry_point, method, path)
        for entry_point in _ENTRY_POINTS.values()
        for method, path in (
            ("GET", "/nowhere"),
            ("POST", "/nowhere"),
            ("OPTIONS", "/"),
            ("GET", "/robots.txt"),
        )
    ),
    *((one.entry_point, "POST", "/") for one in FUNCTIONS if one.schedule),
]
"""Every view, unknown paths, methods that no view has, and what only the scheduler calls."""


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("framing", ["announced", "chunked"])
@pytest.mark.parametrize(("entry_point", "method", "path"), PLACES)
def test_a_long_body_is_refused_before_anybody_asks_who_sent_it(
    apps: Apps, entry_point: str, method: str, path: str, framing: Framing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "verifier", nobody_asks)
    upload = Upload(HUGE)
    problem(upload.send(apps[entry_point], method, path, framing), 413)
    limit = WEBHOOK if path.startswith("/webhooks/") else LIMIT
    assert upload.read_bytes <= (0 if framing == "announced" else limit + STEP)


def nobody_asks() -> None:
    raise AssertionError("a body that is too long was authenticated")


@pytest.mark.parametrize("framing", ["announced", "chunked"])
def test_a_body_as_long_as_the_limit_is_taken_and_one_byte_more_is_not(
    apps: Apps,
    instance: Forget,  # noqa: ARG001 - the environment comes first
    issuer: Issuer,
    framing: Framing,
) -> None:
    token = f"Bearer {issuer.sign(stores='*', roles=['admin'])}"
    for size, status in ((LIMIT, 400), (LIMIT + 1, 413)):
        answer = Upload(size).send(apps["dashboard"], "PUT", "/stores/s-1", framing, Authorization=token)
        problem(answer, status)


BOMBS: dict[str, Callable[[], bytes]] = {
    "lists in lists": lambda: b"[" * LIMIT,
    "closed lists in lists": lambda: b"[" * (LIMIT // 2) + b"]" * (LIMIT // 2),
    "objects in objects": lambda: b'{"a":' * (LIMIT // 5),
    "lists in a field": lambda: b'{"name":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "many empty lists": lambda: b"[" + b"[]," * (LIMIT // 3 - 2) + b"[]]",
    "unknown fields": lambda: b"{" + b",".join(b'"%x":0' % n for n in range(6000)) + b"}",
    "an unknown field with a long name": lambda: b'{"%s":0}' % (b"x" * (LIMIT - 10)),
    "a long zone": lambda: json.dumps({"name": "A", "timezone": "x" * 60_000, "currency": "BRL"}).encode(),
    "a long currency": lambda: json.dumps(
        {"name": "A", "timezone": "UTC", "currency": "x" * 60_000}
    ).encode(),
    "many wrong numbers": lambda: json.dumps({"segments": {"spent": ["x"] * 12_000}}).encode(),
    "a long number": lambda: b'{"segments":{"spent":[%s]}}' % (b"9" * 60_000),
}
"""Bodies within the limit."""


@pytest.mark.parametrize("bomb", BOMBS)
def test_the_answer_to_a_bad_body_is_short(crowd: Crowd, bomb: str) -> None:
    body = BOMBS[bomb]()
    assert LIMIT - 20_000 < len(body) <= LIMIT
    asker = crowd.admin()
    answer = asker.upload("PUT", "/stores/s-1", body)
    problem(answer, 400)
    assert len(answer.data) <= MOST_ANSWERED


def test_twenty_errors_are_told_and_how_many_more_there_are(crowd: Crowd) -> None:
    answer = crowd.admin().upload("PUT", "/stores/s-1", BOMBS["unknown fields"]())
    told = problem(answer, 400)
    assert len(told["errors"]) == 20
    # Beside the unknown ones, name, timezone and currency are missing.
    assert told["detail"].endswith("; and 5983 more")


LONG = "x" * 30_000
LONG_QUESTIONS = {
    "many unknown parameters": f"/store/dashboard?storeId=s-1&{'&'.join(f'{n}=1' for n in range(6000))}",
    "a long parameter": f"/store/dashboard?storeId=s-1&year={LONG}",
    "a long name of a parameter": f"/store/dashboard?storeId=s-1&{LONG}=1",
    "a long store": f"/store/dashboard?storeId={LONG}",
    "a long cursor": f"/store/customers?storeId=s-1&cursor={LONG}",
    "a long path": f"/{LONG}",
    "a long customer": f"/store/customers/{LONG}/metrics?storeId=s-1",
    "a long dead letter": f"/dead-letters/{LONG}",
    "a long file": f"/assets/x/{LONG}",
}


@pytest.mark.parametrize("question", LONG_QUESTIONS)
def test_the_answer_to_a_long_address_is_short(crowd: Crowd, question: str) -> None:
    answer = crowd.admin().upload("GET", LONG_QUESTIONS[question], b"")
    assert 400 <= answer.status_code < 500
    assert len(answer.data) <= MOST_ANSWERED


def test_the_answer_to_an_unknown_provider_is_short(apps: Apps, instance: Forget) -> None:  # noqa: ARG001
    answer = apps["payments"].test_client().post(f"/webhooks/payments/{LONG}")
    assert 400 <= answer.status_code < 500
    assert len(answer.data) <= MOST_ANSWERED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/stores/theirs"),
        ("GET", "/store/dashboard?storeId=theirs&year=x"),
        ("GET", "/store/customers/c-1/metrics?storeId=theirs&color=red"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_to_those_whom_it_concerns(
    crowd: Crowd, method: str, path: str
) -> None:
    body = BOMBS["unknown fields"]()
    problem(crowd.nobody().upload(method, path, body), 401)
    problem(crowd.somebody(["mine"], ["admin"]).upload(method, path, body), 403)
    problem(crowd.admin().upload(method, path, body), 400)


def test_a_store_in_the_body_is_read_only_for_somebody_who_signed_in(apps: Apps, crowd: Crowd) -> None:
    crowd = Crowd(apps["reconcile"], crowd.issuer)
    body = json.dumps({"storeId": "theirs", "month": "2026-11", "color": "red"}).encode()
    problem(crowd.nobody().upload("POST", "/", body), 401)
    problem(crowd.somebody(["mine"]).upload("POST", "/", body), 403)
    problem(crowd.somebody(["mine"], ["admin"]).upload("POST", "/", body), 400)


TOPICS = [(one.entry_point, one.topic) for one in FUNCTIONS if one.topic]


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("framing", ["announced", "chunked"])
@pytest.mark.parametrize(("entry_point", "topic"), TOPICS)
def test_an_event_function_reads_no_more_than_pubsub_may_push(
    apps: Apps, entry_point: str, topic: str, framing: Framing
) -> None:
    upload = Upload(HUGE)
    answer = upload.send(apps[entry_point], "POST", f"/projects/p/topics/{topic}", framing)
    assert answer.status_code == 413
    assert upload.read_bytes <= (0 if framing == "announced" else ORDINARY_BYTES + STEP)


def test_a_message_as_large_as_pubsub_takes_is_kept_as_a_dead_letter(apps: Apps, pubsub: PubSub) -> None:
    data = b"[" * 9_900_000
    attributes = {f"{n:02}".ljust(256, "n"): "\x01" * 600 for n in range(97)}
    pushed = push(apps["order_created"], "order-created", data=data, attributes=attributes)
    assert pushed.status_code == 200
    [letter] = pubsub.take(DEAD_LETTERS)
    assert letter.data == data
    assert letter.attributes["reason"].startswith("message: expected at most 294912 bytes")
    kept = push(apps["dead_letter_received"], DEAD_LETTERS, data=data, attributes=letter.attributes)
    assert kept.status_code == 200


def test_a_message_of_the_most_bytes_that_an_event_may_have_is_an_ordinary_one() -> None:
    attributes = 100 * (256 + 1024)
    assert MAX_MESSAGE_BYTES * 4 / 3 + attributes <= ORDINARY_BYTES


class HeldUpload(Upload):
    """A body whose end comes once it is released."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.begun, self.released = Event(), Event()

    def readinto(self, buffer: Any) -> int:
        self.begun.set()
        self.released.wait()
        return super().readinto(buffer)


@pytest.mark.usefixtures("pubsub")
def test_large_messages_wait_for_each_other_and_hold_up_no_others(apps: Apps, store_id: str) -> None:
    app, path = apps["order_created"], "/projects/p/topics/order-created"
    first, second = HeldUpload(5_000_000), HeldUpload(5_000_000)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(first.send, app, "POST", path, "announced")]
        first.begun.wait()
        answers.append(pool.submit(second.send, app, "POST", path, "announced"))
        assert push(app, "order-created", an_old_creation(store_id)).status_code == 200
        overlapped = second.begun.is_set()
        for one in (first, second):
            one.released.set()
        assert [answer.result().status_code for answer in answers] == [415, 415]
    assert not overlapped
    assert second.begun.is_set()


def test_an_envelope_that_is_none_is_refused_in_few_words(apps: Apps, instance: Forget) -> None:  # noqa: ARG001
    client = apps["order_created"].test_client()
    for bomb in (b"[" * 100_000, b'{"message":' * 40_000, bytes(500_000)):
        answer = client.post("/", data=bomb, content_type="application/json")
        assert answer.status_code == 400
        assert len(answer.data) <= MOST_ANSWERED
