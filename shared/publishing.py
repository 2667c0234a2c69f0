"""Publishing, as the use cases need it."""

from collections.abc import Mapping
from typing import Protocol


class Publishes(Protocol):
    """Something that publishes messages and waits until they are safe; raises a TransientError if not."""

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None: ...
