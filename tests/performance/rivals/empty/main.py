"""Functions that do nothing: what the framework, the server and Pub/Sub take by themselves."""

import json
import sys
from datetime import UTC, datetime

import functions_framework
from cloudevents.http import CloudEvent
from flask import Request


@functions_framework.cloud_event
def empty_event(event: CloudEvent) -> None:
    """Log that the event came, as our functions do, so that the benchmark can count it."""
    age = datetime.now(UTC) - datetime.fromisoformat(event["time"])
    line = {
        "message": "event handled",
        "outcome": "applied",
        "messageAgeMs": round(age.total_seconds() * 1000),
    }
    sys.stdout.write(json.dumps(line) + "\n")


@functions_framework.http
def empty_http(_: Request) -> str:
    """Answer."""
    return "{}"
