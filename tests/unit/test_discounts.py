"""The sample subscriber, by the example on the page about events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samples.discounts.main import PERCENT, discount_for
from shared.messages.outgoing import OUTGOING
from tests import pages


@pytest.fixture
def fetched() -> dict[str, Any]:
    [block] = [one for one in pages.blocks("docs/EVENTS.md") if one.heading == "customer-data-fetched"]
    event: dict[str, Any] = json.loads(block.text)
    return event


def with_customer(event: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return event | {"customer": event["customer"] | changed}


def test_the_discount_is_the_tiers_for_the_favourite_category(fetched: dict[str, Any]) -> None:
    assert discount_for(fetched) == {
        "event": "DISCOUNT_DECIDED",
        "eventId": f"discount-{fetched['eventId']}",
        "storeId": "s-1",
        "basketId": "b-1",
        "tier": "gold",
        "percent": 10,
        "category": "coffee",
    }


@pytest.mark.parametrize("tier", [*PERCENT, "basic", None])
def test_each_tier_has_its_percentage(fetched: dict[str, Any], tier: str | None) -> None:
    event = with_customer(fetched, tier=tier)
    assert OUTGOING["customer-data-fetched"].model_validate(event)
    assert discount_for(event)["percent"] == {"platinum": 15, "gold": 10, "silver": 5}.get(tier or "", 0)


def test_without_an_attribute_the_discount_is_for_everything(fetched: dict[str, Any]) -> None:
    assert discount_for(with_customer(fetched, attributes={}))["category"] is None


def test_the_discount_names_no_customer(fetched: dict[str, Any]) -> None:
    told = json.dumps(discount_for(fetched))
    customer = fetched["customer"]
    assert not [customer[name] for name in ("customerId", "name", "email", "phone") if customer[name] in told]
