"""Publishing, as the use cases need it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Publishes(Protocol):
    """Something that publishes messages and waits until they are safe; raises a TransientError if not."""

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None: ...


class PublishesMany(Protocol):
    """Something that publishes lists of messages, each its data and attributes; errors as above."""

    def publish_all(self, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None: ...


def encode(event: Mapping[str, Any]) -> bytes:
    """Return the event as the data of a message."""
    return json.dumps(event, ensure_ascii=False).encode()
