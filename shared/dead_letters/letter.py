"""A dead letter: a message that could not be applied, why, and what became of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from shared.documents.store import ABSENT

_OURS = ("reason", "function", "sourceTopic")
PUBSUBS = "CloudPubSubDeadLetterSource"
"""What the attributes begin with that Pub/Sub adds to what it forwards."""

_REMEMBERED_MESSAGES = 100
_LONGEST_ID = 200


class State(StrEnum):
    """What a person decided; a letter that comes again is open again."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """The original message, which function refused it, and why; None where that is not known."""

    source_topic: str | None
    function: str | None
    reason: str
    data: bytes
    attributes: Mapping[str, str]

    @property
    def about(self) -> tuple[str | None, str | None]:
        """Return the ids of the store and of the order that the message names, as far as it can be read."""
        try:
            event = json.loads(self.data)
        except (ValueError, RecursionError):
            return None, None
        if not isinstance(event, dict):
            return None, None
        order = event.get("order")
        order_id = order.get("orderId") if isinstance(order, dict) else event.get("orderId")
        return _id(event.get("storeId")), _id(order_id)

    @property
    def letter_id(self) -> str:
        """Return the id that every repeat of the message has, whatever the reason is this time."""
        identity = [self.source_topic, self.function, self.data.hex(), sorted(self.attributes.items())]
        return sha256(json.dumps(identity).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecord:
    """What is known of a kept letter, without its payload. `version` is ABSENT until it is first kept.

    `store_id` and `order_id` are what the message names; None where it can't be read.
    `message_ids` are the latest messages that brought it, newest last. They tell a message that Pub/Sub
    delivers again from a new one, for up to a hundred messages within its retention.
    """

    letter_id: str
    source_topic: str | None
    function: str | None
    reason: str
    size_bytes: int
    first_at: datetime
    last_at: datetime
    count: int = 0
    state: State = State.OPEN
    message_ids: tuple[str, ...] = ()
    store_id: str | None = None
    order_id: str | None = None
    version: Any = ABSENT

    def seen_again(self, reason: str, message_id: str, at: datetime) -> LetterRecord:
        """Return the record after one more message; itself if that message was counted already."""
        if message_id in self.message_ids:
            return self
        return replace(
            self,
            reason=reason,
            first_at=min(at, self.first_at),
            last_at=max(at, self.last_at),
            count=self.count + 1,
            state=State.OPEN,
            message_ids=(*self.message_ids, message_id)[-_REMEMBERED_MESSAGES:],
        )


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID else None


def topic_read(topic: str) -> str:
    """Return the topic whose function reads a topic: that of a tenant is `order-created.acme`."""
    return topic.partition(".")[0]


def read_dead_letter(data: bytes, attributes: Mapping[str, str]) -> DeadLetter:
    """Return the dead letter in a message of the dead letters' topic.

    What Pub/Sub forwards by itself, after too many failed deliveries, names the subscription, which has the
    name of its topic: that of an event function, or `<that>.<tenant>`. Our functions say why in attributes of
    theirs. Publishers could write these too, so Pub/Sub's, which our functions drop, come first.
    """
    source_topic: str | None
    function: str | None
    dropped: tuple[str, ...] = ()
    forwarded = attributes.get(f"{PUBSUBS}Subscription", "").rpartition("/")[2] or None
    if forwarded:
        source_topic, function = forwarded, topic_read(forwarded).replace("-", "_")
        tries = attributes.get(f"{PUBSUBS}DeliveryCount", "too many")
        reason = f"Pub/Sub gave up after {tries} deliveries; the function's log says why"
    elif "reason" in attributes and "sourceTopic" in attributes:
        source_topic, function = attributes["sourceTopic"], attributes.get("function")
        reason, dropped = attributes["reason"], _OURS
    else:
        source_topic = function = None
        reason = "not known: the message was published to this topic by somebody else"
    original = {
        name: value
        for name, value in attributes.items()
        # Pub/Sub adds names that begin with "goog" to what it delivers, and refuses them when published.
        if name not in dropped and not name.startswith((PUBSUBS, "goog"))
    }
    return DeadLetter(
        source_topic=source_topic, function=function, reason=reason, data=data, attributes=original
    )
