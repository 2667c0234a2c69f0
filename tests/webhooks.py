"""Webhooks as payment providers send them."""

from __future__ import annotations

import time
from typing import Any

from emulator.webhook import sign


def sign_now(body: bytes, secret: str, late_s: int = 0) -> str:
    """Return the header of a request that was sent so many seconds ago."""
    return sign(body, secret, int(time.time()) - late_s)


def a_bravive_notice(kind: str = "payment.approved", order_id: str = "o-1", **changed: Any) -> dict[str, Any]:
    notice = {
        "id": "evt-1",
        "type": kind,
        "createdAt": "2026-11-20T12:30:00Z",
        "data": {"storeId": "s-1", "orderId": order_id},
    }
    return notice | changed


def a_stripe_notice(kind: str = "payment_intent.succeeded", **object_changed: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "type": kind,
        "created": 1795177800,
        "data": {"object": {"metadata": {"storeId": "s-1", "orderId": "o-1"}, **object_changed}},
    }
