"""An empty function that reads one document and publishes one message."""

import os

import functions_framework
from flask import Request
from google.cloud import firestore, pubsub_v1


@functions_framework.http
def answer(request: Request) -> str:  # noqa: ARG001 - the framework passes it
    """Read a document that is not there, then publish a message and wait for Pub/Sub's answer."""
    firestore.Client().document("stores/nobody").get()
    client = pubsub_v1.PublisherClient()
    topic = client.topic_path(os.environ["GOOGLE_CLOUD_PROJECT"], "customer-metrics-updated")
    client.publish(topic, b"{}").result(timeout=10)
    return "ok"
