"""Sending the sample events to Pub/Sub, several in a message."""

import json
import os
import time
from collections.abc import Iterator, Sequence

from google.cloud.pubsub_v1 import PublisherClient
from rich.console import Console

from emulator.demo.progress import progress
from emulator.samples import Delivery
from emulator.samples.event import SampleEvent

_AT_ONCE = 100


def publish(console: Console, project_id: str, pubsub_host: str, delivery: Delivery) -> None:
    """Publish every event, in the order of the delivery; returns when Pub/Sub has taken them all."""
    os.environ["PUBSUB_EMULATOR_HOST"] = pubsub_host  # the client reads it from nowhere else
    began = time.monotonic()
    with PublisherClient() as client, progress(console) as bar:
        task = bar.add_task("Publishing events", total=len(delivery.messages))
        taken = [
            (len(events), client.publish(client.topic_path(project_id, topic), _encode(events)))
            for topic, events in _in_messages(delivery.messages)
        ]
        for events, future in taken:
            future.result(timeout=120)
            bar.advance(task, events)
    console.print(
        f"Published {len(delivery.messages):,} events in {len(taken):,} messages in"
        f" {time.monotonic() - began:.1f} s, {delivery.late:,} of them late and {delivery.repeated:,} sent"
        " twice.",
        soft_wrap=True,
    )


def _in_messages(events: Sequence[SampleEvent]) -> Iterator[tuple[str, list[SampleEvent]]]:
    """Yield the topic and the events of each message: those of a topic among the next events."""
    for start in range(0, len(events), _AT_ONCE):
        by_topic: dict[str, list[SampleEvent]] = {}
        for event in events[start : start + _AT_ONCE]:
            by_topic.setdefault(event.topic, []).append(event)
        yield from by_topic.items()


def _encode(events: Sequence[SampleEvent]) -> bytes:
    return json.dumps([event.data for event in events], ensure_ascii=False).encode()
