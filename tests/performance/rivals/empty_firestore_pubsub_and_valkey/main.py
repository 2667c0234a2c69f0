"""An empty function that reads one document, publishes one message and asks the cache once."""

import os

import functions_framework
from flask import Request
from google.cloud import firestore
from google.cloud.pubsub_v1 import PublisherClient
from valkey import Valkey


@functions_framework.http
def answer(request: Request) -> str:  # noqa: ARG001 - the framework passes it
    """Read a document that is not there and a key that is not, and wait for Pub/Sub to take a message."""
    firestore.Client().document("stores/nobody").get()
    Valkey.from_url(os.environ["VALKEY_URL"]).get("nobody")
    client = PublisherClient()
    topic = client.topic_path(os.environ["GOOGLE_CLOUD_PROJECT"], "customer-metrics-updated")
    client.publish(topic, b"{}").result(timeout=10)
    return "ok"
