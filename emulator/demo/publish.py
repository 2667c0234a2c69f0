"""Sending the sample events to Pub/Sub."""

import json
import os
import time

from google.cloud.pubsub_v1 import PublisherClient
from rich.console import Console

from emulator.demo.progress import progress
from emulator.samples import Delivery


def publish(console: Console, project_id: str, pubsub_host: str, delivery: Delivery) -> None:
    """Publish every message, in the order of the delivery; returns when Pub/Sub has taken them all."""
    os.environ["PUBSUB_EMULATOR_HOST"] = pubsub_host  # the client reads it from nowhere else
    began = time.monotonic()
    with PublisherClient() as client, progress(console) as bar:
        task = bar.add_task("Publishing events", total=len(delivery.messages))
        taken = [
            client.publish(
                client.topic_path(project_id, event.topic),
                json.dumps(event.data, ensure_ascii=False).encode(),
            )
            for event in delivery.messages
        ]
        for future in taken:
            future.result(timeout=120)
            bar.advance(task)
    console.print(
        f"Published {len(delivery.messages):,} messages in {time.monotonic() - began:.1f} s,"
        f" {delivery.late:,} of them late and {delivery.repeated:,} sent twice."
    )
