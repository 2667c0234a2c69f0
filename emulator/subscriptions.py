"""Create topics and push subscriptions on the emulator, as Terraform does on Google Cloud.

Uses the emulator's REST interface, because the client library would add half a second to every start.
"""

import base64
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from emulator.errors import StackError
from emulator.local_http import request_json
from emulator.ports import HOST
from emulator.topology import Delivery, FunctionSpec, Topology

UPDATABLE = "pushConfig,ackDeadlineSeconds,deadLetterPolicy"


def create_all(pubsub_host: str, project: str, topology: Topology, ports: Mapping[str, int]) -> None:
    """Create what is missing and bring what exists up to date.

    `ports` is {function name: port} and holds every function with a topic.

    Raises:
        StackError: the emulator refused something.
    """
    for topic in topology.topics():
        _put(pubsub_host, f"projects/{project}/topics/{topic}", {})
    for function in topology.local:
        if function.topic is not None:
            name = f"projects/{project}/subscriptions/{function.name}"
            body = build_subscription(function, topology.delivery, project, ports[function.name])
            if not _put(pubsub_host, name, body):
                update = {"subscription": body | {"name": name}, "updateMask": UPDATABLE}
                _call(pubsub_host, "PATCH", f"/v1/{name}", update)


def build_subscription(function: FunctionSpec, delivery: Delivery, project: str, port: int) -> dict[str, Any]:
    """Return the push subscription of one function, in the form of the Pub/Sub REST interface.

    Without the retry policy that Terraform sets: with one, the emulator (0.8.20) forgets messages whose
    push was refused two or three times. Without one it tries again every second.
    """
    topic = f"projects/{project}/topics/{function.topic}"
    subscription: dict[str, Any] = {
        "topic": topic,
        # functions-framework reads the topic from the path; the push body does not name it.
        "pushConfig": {"pushEndpoint": f"http://{HOST}:{port}/{topic}"},
        "ackDeadlineSeconds": delivery.ack_deadline_s,
        "messageRetentionDuration": f"{delivery.message_retention_days * 86_400}s",
        "expirationPolicy": {},
    }
    # A dead letter that cannot be kept must wait; sent to its own topic again, it would circle for ever.
    if function.topic != delivery.dead_letter_topic:
        subscription["deadLetterPolicy"] = {
            "deadLetterTopic": f"projects/{project}/topics/{delivery.dead_letter_topic}",
            "maxDeliveryAttempts": delivery.max_delivery_attempts,
        }
    return subscription


def publish(pubsub_host: str, project: str, topic: str, messages: Sequence[bytes]) -> list[str]:
    """Publish and return the message ids, one each, in order.

    Raises:
        StackError: the topic does not exist (names those that do), or the emulator refused.
    """
    path = f"/v1/projects/{project}/topics/{topic}:publish"
    body = {"messages": [{"data": base64.b64encode(message).decode()} for message in messages]}
    status, answer = _send(pubsub_host, "POST", path, body)
    if status == HTTPStatus.NOT_FOUND:
        known = _call(pubsub_host, "GET", f"/v1/projects/{project}/topics")
        names = sorted(entry["name"].rpartition("/")[2] for entry in known.get("topics", []))
        raise StackError(f"there is no topic {topic}; choose one of: {', '.join(names)}")
    _check(status, answer, path)
    return list(answer["messageIds"])


def _put(host: str, name: str, body: object) -> bool:
    """Create one resource and say whether it was new."""
    status, answer = _send(host, "PUT", f"/v1/{name}", body)
    if status == HTTPStatus.CONFLICT:
        return False
    _check(status, answer, name)
    return True


def _call(host: str, method: str, path: str, body: object = None) -> dict[str, Any]:
    status, answer = _send(host, method, path, body)
    _check(status, answer, path)
    return dict(answer)


def _send(host: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    try:
        return request_json(host, method, path, body)
    except OSError as error:
        raise StackError(f"Pub/Sub does not answer on {host} ({error}); restart the stack") from error


def _check(status: int, answer: Any, what: str) -> None:
    if status >= HTTPStatus.BAD_REQUEST:
        raise StackError(f"Pub/Sub refused {what}: {answer.get('error', {}).get('message', status)}")
