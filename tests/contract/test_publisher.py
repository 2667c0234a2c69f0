"""Publishing on the Pub/Sub emulator."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from emulator.local_http import request_json
from shared.adapters.pubsub import Publisher
from shared.errors import PublishFailed


@pytest.fixture
def publisher(pubsub_host: str, project: str, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_host)
    call(pubsub_host, project, "PUT", "topics/news", {})
    call(pubsub_host, project, "PUT", "subscriptions/news", {"topic": f"projects/{project}/topics/news"})
    return Publisher(project)


def call(host: str, project: str, method: str, name: str, body: object) -> dict[str, Any]:
    status, answer = request_json(host, method, f"/v1/projects/{project}/{name}", body)
    assert status == 200, answer
    return dict(answer)


def take_all(host: str, project: str) -> list[tuple[bytes, dict[str, str]]]:
    messages: list[tuple[bytes, dict[str, str]]] = []
    body = {"maxMessages": 1000, "returnImmediately": True}
    while found := call(host, project, "POST", "subscriptions/news:pull", body).get("receivedMessages"):
        call(host, project, "POST", "subscriptions/news:acknowledge", {"ackIds": [m["ackId"] for m in found]})
        messages += [
            (base64.b64decode(m["message"].get("data", "")), m["message"].get("attributes", {}))
            for m in found
        ]
    return messages


@pytest.mark.parametrize("count", [0, 1, 1000, 2001])
def test_a_list_of_any_length_arrives(
    publisher: Publisher, pubsub_host: str, project: str, count: int
) -> None:
    publisher.publish_all("news", [(b"%d" % n, {"n": str(n)}) for n in range(count)])
    taken = take_all(pubsub_host, project)
    assert len(taken) == count
    assert {int(data) for data, _ in taken} == set(range(count))
    assert all(attributes == {"n": data.decode()} for data, attributes in taken)


def test_large_messages_are_spread_over_calls(publisher: Publisher, pubsub_host: str, project: str) -> None:
    publisher.publish_all("news", [(bytes([n]) * 4_000_000, {}) for n in range(5)])
    assert sorted(data[0] for data, _ in take_all(pubsub_host, project)) == [0, 1, 2, 3, 4]


def test_an_attribute_may_be_named_as_an_argument_is(
    publisher: Publisher, pubsub_host: str, project: str
) -> None:
    attributes = dict.fromkeys(["topic", "data", "retry", "timeout", "ordering_key", "self"], "x")
    publisher.publish("news", b"", attributes)
    assert take_all(pubsub_host, project) == [(b"", attributes)]


def test_a_topic_that_does_not_exist_is_a_failure(publisher: Publisher) -> None:
    with pytest.raises(PublishFailed, match="topic nowhere"):
        publisher.publish_all("nowhere", [(b"x", {})])
