"""A sample subscriber: decides on the loyalty discount of each basket whose customer was found.

It is an application of its own: it knows of Tillpulse what docs/EVENTS.md and the schema of
`customer-data-fetched` say, imports nothing of it, and keeps nothing. Take it as a start for yours.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import functions_framework
from cloudevents.http import CloudEvent
from google.cloud.pubsub_v1 import PublisherClient

TOPIC = "discount-decided"
PERCENT: Mapping[str, int] = {"platinum": 15, "gold": 10, "silver": 5}
"""{tier: discount}; customers of other tiers, or of none, get none."""


@functions_framework.cloud_event
def decide_discount(event: CloudEvent) -> None:
    """Publish the discount of the basket that the message is about.

    The message is acknowledged when Pub/Sub has taken the discount. Delivered again, it gives the same
    discount with the same `eventId`, so that tills can tell a repeat.
    """
    discount = discount_for(json.loads(base64.b64decode(event.data["message"]["data"])))
    topic = PublisherClient.topic_path(os.environ["GOOGLE_CLOUD_PROJECT"], TOPIC)
    _publisher().publish(topic, json.dumps(discount, ensure_ascii=False).encode()).result(timeout=20)
    print(json.dumps({"severity": "INFO", "message": "discount decided"} | discount), flush=True)


def discount_for(fetched: Mapping[str, Any]) -> dict[str, Any]:
    """Return the discount event for a `customer-data-fetched` event.

    It names the basket and not the customer. The discount is for the customer's favourite category, an
    attribute that Tillpulse passes on without knowing it; null stands for everything.
    """
    customer = fetched["customer"]
    return {
        "event": "DISCOUNT_DECIDED",
        "eventId": f"discount-{fetched['eventId']}",
        "storeId": fetched["storeId"],
        "basketId": fetched["basketId"],
        "tier": customer["tier"],
        "percent": PERCENT.get(customer["tier"], 0),
        "category": customer["attributes"].get("favouriteCategory"),
    }


@cache
def _publisher() -> PublisherClient:
    return PublisherClient()
