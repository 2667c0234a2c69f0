"""An empty function that publishes one message."""

import os

import functions_framework
from flask import Request
from google.cloud import pubsub_v1


@functions_framework.http
def answer(request: Request) -> str:  # noqa: ARG001 - the framework passes it
    """Publish a message and wait for Pub/Sub's answer."""
    client = pubsub_v1.PublisherClient()
    topic = client.topic_path(os.environ["GOOGLE_CLOUD_PROJECT"], "customer-metrics-updated")
    client.publish(topic, b"{}").result(timeout=10)
    return "ok"
