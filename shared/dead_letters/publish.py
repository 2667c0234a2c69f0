"""Messages that can never be applied are kept with their reason, so that a person can decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.dead_letters.letter import PUBSUBS
from shared.messages.publishing import PublishesMany

TOPIC = "dead-letters"
_MOST_ATTRIBUTES = 100
_LONGEST_VALUE = 1024
"""Limits of Pub/Sub; bytes of a value."""


class Refused(NamedTuple):
    """An event that can never be applied, as it was published, and why."""

    data: bytes
    reason: str


class DeadLetters:
    """Keeps dead letters by publishing them to their topic."""

    def __init__(self, publisher: PublishesMany) -> None:
        self._publisher = publisher

    def keep(
        self,
        refused: Sequence[Refused],
        attributes: Mapping[str, str],
        *,
        function: str,
        source_topic: str,
    ) -> None:
        """Publish each event of a message with why, by whom and whence it was refused.

        Raises:
            PublishFailed: some were not kept, so the message must not be acknowledged.
        """
        letters = []
        for data, reason in refused:
            ours = {
                "reason": reason.encode()[:_LONGEST_VALUE].decode(errors="ignore"),
                "function": function,
                "sourceTopic": source_topic,
            }
            room = _MOST_ATTRIBUTES - len(ours)
            # Pub/Sub adds names that begin with "goog" to what it delivers, and refuses them when published.
            legal = [
                name for name in attributes if name not in ours and not name.startswith((PUBSUBS, "goog"))
            ]
            theirs = {name: attributes[name] for name in legal[:room]}
            letters.append((data, theirs | ours))
        self._publisher.publish_all(TOPIC, letters)
