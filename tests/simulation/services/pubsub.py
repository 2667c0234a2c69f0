"""Pub/Sub: at least once, in any order, with backoff, and with a dead letter after too many attempts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.services.publisher.transports.base import PublisherTransport
from google.pubsub_v1.types import PublishRequest, PublishResponse

from emulator.topology import Topology
from shared.messages.decode import texts_of
from tests.simulation import virtual
from tests.simulation.network import Network
from tests.simulation.scheduler import Scheduler
from tests.simulation.services.refused import refuse_others
from tests.simulation.trace import Trace

_DUPLICATES = 0.03


@dataclass(slots=True, eq=False)
class Published:
    """A message of one subscription; `acknowledged` also where it was forwarded to the dead letters."""

    message_id: str
    topic: str
    data: bytes
    attributes: Mapping[str, str]
    published_at: datetime
    attempts: int = 0
    acknowledged: bool = False

    @property
    def texts(self) -> list[bytes]:
        """The events in the message, as they were published."""
        return texts_of(self.data) if self.data.startswith(b"[") else [self.data]


class PubSub:
    """Delivers each message until a delivery is acknowledged.

    Args:
        seed: decides delays, duplicates and backoff.
        deliver: hands a message to an instance of the topic's function; returns whether it acknowledged.
    """

    def __init__(
        self,
        seed: int,
        scheduler: Scheduler,
        trace: Trace,
        topology: Topology,
        deliver: Callable[[Published], bool],
    ) -> None:
        self.messages: list[Published] = []
        self.open: dict[Published, None] = {}
        self.sent: dict[str, list[bytes]] = {}
        self.has_faults = True
        self.away = False
        self.given_up = 0
        self._random = Random(f"{seed} Pub/Sub")
        self._scheduler = scheduler
        self._trace = trace
        self._deliver = deliver
        self._delivery = topology.delivery
        self._subscribed = frozenset(function.topic for function in topology.functions if function.topic)
        # Production gives up after many attempts, which no history is long enough for.
        self._most_attempts = self._random.choice((4, 8, self._delivery.max_delivery_attempts))

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> str:
        """Store the message for its subscriber and return its id; other topics are for other systems."""
        message_id = f"m-{len(self.messages)}"
        if topic not in self._subscribed:
            self.sent.setdefault(topic, []).append(data)
            return message_id
        message = Published(
            message_id=message_id,
            topic=topic,
            data=data,
            attributes=attributes,
            published_at=virtual.now(),
        )
        self.messages.append(message)
        self.open[message] = None
        self._trace.note(f"{topic} {message_id}", f"published {shown(data)}")
        self._schedule(message, self._random.expovariate(2.0))
        if self.has_faults and self._random.random() < _DUPLICATES:
            self._schedule(message, self._random.uniform(0, 30), always=True)
        return message_id

    def _schedule(self, message: Published, delay_s: float, *, always: bool = False) -> None:
        def attempt() -> None:
            if message.acknowledged and not always:
                return
            message.attempts += 1
            if self._deliver(message):
                self._close(message)
            elif not message.acknowledged and not always:
                if message.attempts >= self._most_attempts and message.topic != "dead-letters":
                    self._give_up(message)
                    return
                longest_s = min(float(self._delivery.maximum_backoff_s), 2.0 ** min(message.attempts, 10))
                self._schedule(message, self._random.uniform(self._delivery.minimum_backoff_s, longest_s))

        self._scheduler.spawn(f"{message.topic} {message.message_id}", attempt, None, delay_s)

    def _close(self, message: Published) -> None:
        message.acknowledged = True
        self.open.pop(message, None)

    def _give_up(self, message: Published) -> None:
        self._trace.note(f"{message.topic} {message.message_id}", "given up, becomes a dead letter")
        self.given_up += 1
        source = {
            "CloudPubSubDeadLetterSourceSubscription": f"projects/p/subscriptions/{message.topic}",
            "CloudPubSubDeadLetterSourceDeliveryCount": str(message.attempts),
        }
        self.publish("dead-letters", message.data, {**message.attributes, **source})
        self._close(message)


def connect(pubsub: PubSub, network: Network) -> PublisherClient:
    """Return a client library's client whose calls go to the simulated service."""
    return PublisherClient(transport=Transport(pubsub, network))


def shown(data: bytes) -> str:
    """Return a message's data for the trace."""
    return data[:600].decode(errors="backslashreplace")


@refuse_others
class Transport(PublisherTransport):
    """The one call that the code under test makes; the others raise NotSimulated."""

    kind = "grpc"

    def __init__(self, pubsub: PubSub, network: Network) -> None:
        self._pubsub = pubsub
        self._network = network
        super().__init__(credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
        self._prep_wrapped_messages(None)  # type: ignore[no-untyped-call]

    @property
    def publish(self) -> Callable[..., Any]:
        return self._publish

    def _publish(self, request: PublishRequest, **_: object) -> PublishResponse:
        topic = request.topic.rpartition("/")[2]
        if self._pubsub.away:
            raise exceptions.ServiceUnavailable("Pub/Sub is away")

        def run() -> PublishResponse:
            ids = [
                self._pubsub.publish(topic, bytes(message.data), dict(message.attributes))
                for message in request.messages
            ]
            return PublishResponse(message_ids=ids)

        return self._network.call(f"publish to {topic}", run)
