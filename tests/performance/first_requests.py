"""The first thing that is asked of a fresh instance: one valid request to each function."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from emulator.state import StackState
from emulator.topology import FunctionSpec

STORE = "cold-start"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRequest:
    """A request that is sent once; `body` None for GET."""

    path: str = "/"
    body: bytes | None = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def first_request(function: FunctionSpec, state: StackState) -> FirstRequest:
    """Return a request whose answer takes everything that the function usually does."""
    if function.topic is not None:
        return _push(function.topic, _EVENTS[function.topic]())
    if function.schedule is not None:
        return FirstRequest()
    bearer = {"Authorization": f"Bearer {state.token}", "Content-Type": "application/json"}
    month = datetime.now(UTC).strftime("%Y-%m")
    match function.name:
        case "payments":
            return _webhook(state.webhook_secret)
        case "graphql":
            return FirstRequest(body=json.dumps({"query": _START_BASKET}).encode(), headers=bearer)
        case "reconcile":
            return FirstRequest(body=json.dumps({"storeId": STORE, "month": month}).encode(), headers=bearer)
        case "dashboard":
            return FirstRequest(path=f"/store/dashboard?storeId={STORE}", body=None, headers=bearer)
    raise ValueError(f"no first request is known for {function.name}")


_START_BASKET = f"""mutation {{ startBasket(employeeId: 1, terminalId: "bench", storeId: "{STORE}",
  customerIdentifier: "+1234567890") {{ basketId }} }}"""


def _event(**fields: Any) -> dict[str, Any]:
    return {"eventId": uuid4().hex, "occurredAt": _now(), "storeId": STORE, **fields}


def _order() -> dict[str, Any]:
    order_id = uuid4().hex
    item = {"productId": "p-1", "productName": "Blue mug", "imgCardUrl": None, "quantity": 1}
    return {
        "orderId": order_id,
        "customerId": f"customer of {order_id}",
        "createdAt": _now(),
        "price": "129.90",
        "currency": "BRL",
        "couponCode": None,
        "items": [item],
    }


def _completed() -> dict[str, Any]:
    order = _order()
    return _event(orderId=order["orderId"], status="COMPLETED", order=order)


def _account() -> dict[str, Any]:
    return _event(customerId=uuid4().hex, registeredAt=_now())


def _basket() -> dict[str, Any]:
    return _event(basketId=uuid4().hex, employeeId=1, terminalId="bench", customerIdentifier="+1234567890")


_EVENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "order-created": lambda: _event(order=_order()),
    "order-status-changed": _completed,
    "customer-registered": _account,
    "email-confirmed": _account,
    "basket-started": _basket,
    "dead-letters": lambda: {"refused": uuid4().hex},
}


def _push(topic: str, event: Mapping[str, Any]) -> FirstRequest:
    message = {
        "messageId": uuid4().hex,
        "publishTime": _now(),
        "data": base64.b64encode(json.dumps(event).encode()).decode(),
        "attributes": {"reason": "bench", "function": "bench", "sourceTopic": "order-created"},
    }
    envelope = {"message": message, "subscription": f"projects/p/subscriptions/{topic}"}
    return FirstRequest(
        path=f"/projects/p/topics/{topic}",
        body=json.dumps(envelope).encode(),
        headers={"Content-Type": "application/json"},
    )


def _webhook(secret: str) -> FirstRequest:
    notice = {
        "id": uuid4().hex,
        "type": "payment.approved",
        "createdAt": _now(),
        "data": {"storeId": STORE, "orderId": uuid4().hex},
    }
    body, at = json.dumps(notice).encode(), int(time.time())
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return FirstRequest(
        path="/webhooks/payments/bravive",
        body=body,
        headers={"Content-Type": "application/json", "X-Signature": f"t={at},v1={digest}"},
    )


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
