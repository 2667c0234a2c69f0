"""The publisher as the use cases need it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Publishes(Protocol):
    """Publishes a message and waits until it is stored; raises a TransientError if it may not be."""

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None: ...


class PublishesMany(Protocol):
    """Publishes lists of messages, each as data and attributes; errors as above."""

    def publish_all(self, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None: ...


def encode(event: Mapping[str, Any]) -> bytes:
    """Return the event as message data."""
    return json.dumps(event, ensure_ascii=False).encode()
