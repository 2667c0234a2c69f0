"""Webhooks as payment providers send them, and the secrets that sign them."""

from __future__ import annotations

import json
import time
from typing import Any

from emulator.webhook import sign


def sign_now(body: bytes, secret: str, late_s: int = 0) -> str:
    """Return the header of a request that was sent so many seconds ago."""
    return sign(body, secret, int(time.time()) - late_s)


def secrets_of(*secrets: str, stores: Any = "*", **bound: Any) -> str:
    """Return the value of a provider's variable: secrets that all speak for these stores."""
    return json.dumps([{"secret": secret, "stores": stores, **bound} for secret in secrets])


def a_bravive_notice(
    kind: str = "payment.approved", order_id: str = "o-1", store_id: str = "s-1", **changed: Any
) -> dict[str, Any]:
    data = {"storeId": store_id, "orderId": order_id, "amount": "129.90", "currency": "BRL"}
    notice = {"id": "evt-1", "type": kind, "createdAt": "2026-11-20T12:30:00Z", "data": data}
    return notice | changed


def a_stripe_notice(kind: str = "payment_intent.succeeded", **object_changed: Any) -> dict[str, Any]:
    about = {"metadata": {"storeId": "s-1", "orderId": "o-1"}, "currency": "brl"}
    amounts: dict[str, Any] = {"amount": 12990, "amount_received": 12990}
    if kind == "charge.refunded":
        amounts = {"id": "ch_1", "amount": 12990, "amount_refunded": 12990, "refunded": True}
    return {
        "id": "evt_1",
        "type": kind,
        "created": 1795177800,
        "livemode": True,
        "data": {"object": about | amounts | object_changed},
    }
