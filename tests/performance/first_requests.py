"""The first request to a fresh instance of each function: a valid one, whose answer takes its usual work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from emulator.state import StackState
from emulator.topology import FunctionSpec
from tests.builders import a_status_change, an_account_event, an_event, an_order
from tests.performance.messages import push_body
from tests.webhooks import a_bravive_notice, sign_now

STORE = "cold-start"
_JSON = {"Content-Type": "application/json"}
_CUSTOMER = "+1234567890"
_START_BASKET = f"""mutation {{ startBasket(employeeId: 1, terminalId: "bench", storeId: "{STORE}",
  customerIdentifier: "{_CUSTOMER}") {{ basketId }} }}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRequest:
    """A request that is sent once; `body` None for GET."""

    path: str = "/"
    body: bytes | None = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def first_request(function: FunctionSpec, state: StackState) -> FirstRequest:
    """Return a request of new ids, made now."""
    now = datetime.now(UTC)
    if function.topic is not None:
        attributes = {"reason": "bench", "function": "bench", "sourceTopic": "order-created"}
        body = push_body(_event(function.topic, now.isoformat()), uuid4().hex, **attributes)
        return FirstRequest(path=f"/projects/p/topics/{function.topic}", body=body, headers=_JSON)
    if function.schedule is not None:
        return FirstRequest()
    bearer = _JSON | {"Authorization": f"Bearer {state.token}"}
    match function.name:
        case "payments":
            new = {"order_id": uuid4().hex, "id": uuid4().hex}
            notice = a_bravive_notice(store_id=STORE, createdAt=now.isoformat(), **new)
            body = json.dumps(notice).encode()
            headers = _JSON | {"X-Signature": sign_now(body, state.webhook_secret)}
            return FirstRequest(path="/webhooks/payments/bravive", body=body, headers=headers)
        case "graphql":
            return FirstRequest(body=json.dumps({"query": _START_BASKET}).encode(), headers=bearer)
        case "reconcile":
            month = {"storeId": STORE, "month": f"{now:%Y-%m}"}
            return FirstRequest(body=json.dumps(month).encode(), headers=bearer)
        case "dashboard":
            return FirstRequest(path=f"/store/dashboard?storeId={STORE}", body=None, headers=bearer)
    raise ValueError(f"no first request is known for {function.name}")


def _event(topic: str, now: str) -> dict[str, Any]:
    new, common = uuid4().hex, {"eventId": uuid4().hex, "occurredAt": now, "storeId": STORE}
    order = an_order(new, customerId=f"customer of {new}", createdAt=now)
    basket = {"basketId": new, "employeeId": 1, "terminalId": "bench", "customerIdentifier": _CUSTOMER}
    account = an_account_event(new, registeredAt=now, **common)
    return {
        "order-created": an_event(order, **common),
        "order-status-changed": a_status_change(order_id=new, order=order, **common),
        "customer-registered": account,
        "email-confirmed": account,
        "basket-started": basket | common,
        "fold": {"storeId": STORE, "since": now, "askedAt": now},
        "dead-letters": {"refused": new},
    }[topic]
