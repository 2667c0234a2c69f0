"""What a fresh instance of each function loads for its usual first answer, and what it does without."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from shared import runtime
from tests.builders import an_account_event
from tests.functions.cold_instance import HEAVY, Loaded, ask_cold
from tests.functions.messages import AT, PubSub, an_old_creation, an_old_order
from tests.functions.till_client import USERS_CALL
from tests.functions.tokens import Issuer
from tests.webhooks import a_bravive_notice, secrets_of, sign_now

FIRESTORE, PUBSUB = "google.cloud.firestore", "google.pubsub_v1"

DASHBOARD_PARTS = {
    "shared.baskets.calls",
    "shared.dashboard.export",
    "shared.dashboard.one_order",
    "shared.dashboard.orders",
    "shared.dashboard.returning",
    "shared.dead_letters.letter",
    "shared.domain.call_report",
}


def ask_with_message(target: str, folder: str, topic: str, event: dict[str, Any]) -> Loaded:
    data = base64.b64encode(json.dumps(event).encode()).decode()
    body = {"messageId": "17", "publishTime": "2024-05-20T12:00:00Z", "data": data}
    envelope = {"message": body, "subscription": f"projects/p/subscriptions/{topic}"}
    return ask_cold(target, folder, f"/projects/p/topics/{topic}", json.dumps(envelope))


@pytest.mark.usefixtures("pubsub")
@pytest.mark.parametrize("target", ["expire_unpaid", "sweep_baskets"])
def test_a_scheduled_run_that_finds_nothing_loads_firestore_alone(target: str) -> None:
    loaded = ask_cold(target, "operations", body="{}")
    assert loaded == Loaded(set(), {FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_keeping_a_dead_letter_loads_firestore_alone() -> None:
    loaded = ask_with_message("dead_letter_received", "operations", "dead-letters", {"was": "refused"})
    assert loaded == Loaded(set(), {FIRESTORE})


@pytest.mark.usefixtures("pubsub")
@pytest.mark.parametrize("name", ["customer-registered", "email-confirmed"])
def test_an_account_event_needs_neither_pubsub_nor_valkey_nor_currencies(name: str) -> None:
    event = an_account_event(occurredAt=AT, registeredAt=AT)
    loaded = ask_with_message(name.replace("-", "_"), "customers", name, event)
    assert loaded == Loaded({"pydantic"}, {"pydantic", FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_a_guests_order_needs_no_pubsub() -> None:
    event = an_old_creation("s-1", an_old_order(customerId=None))
    loaded = ask_with_message("order_created", "orders", "order-created", event)
    assert loaded == Loaded({"pydantic"}, {"pydantic", "iso4217", "valkey", FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_a_guests_basket_needs_neither_pubsub_nor_valkey_nor_phone_numbers() -> None:
    event: dict[str, Any] = {"eventId": "e-1", "occurredAt": AT, "storeId": "s-1"}
    event |= {"basketId": "b-1", "employeeId": 1, "terminalId": "t-1"}
    loaded = ask_with_message("basket_started", "baskets", "basket-started", event)
    assert loaded == Loaded({"pydantic"}, {"pydantic", FIRESTORE})


def test_a_payment_notice_loads_pubsub_and_firestore(pubsub: PubSub, monkeypatch: pytest.MonkeyPatch) -> None:
    pubsub.open("order-status-changed")
    runtime.stores().ensure("s-1")
    monkeypatch.setenv("BRAVIVE_WEBHOOK_SECRETS", secrets_of("secret"))
    notice = json.dumps(a_bravive_notice(createdAt=AT))
    headers = {"X-Signature": sign_now(notice.encode(), "secret")}
    loaded = ask_cold("payments", "payments", "/webhooks/payments/bravive", notice, headers)
    assert loaded == Loaded({"pydantic"}, {"pydantic", PUBSUB, FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_the_list_of_stores_loads_firestore_and_the_check_of_tokens(issuer: Issuer) -> None:
    headers = {"Authorization": f"Bearer {issuer.sign(stores=['s-1'], roles=['viewer'])}"}
    loaded = ask_cold("dashboard", "dashboard", "/stores", headers=headers)
    assert loaded == Loaded({"pydantic"}, {"pydantic", "jwt", FIRESTORE})


@pytest.mark.usefixtures("instance")
def test_a_till_that_only_asks_for_its_health_starts_without_any_client() -> None:
    loaded = ask_cold("graphql", "graphql", "/healthz")
    assert loaded == Loaded({"pydantic", "graphql"}, {"pydantic", "graphql"})


def test_a_started_basket_loads_the_three_services_that_it_uses(pubsub: PubSub, issuer: Issuer) -> None:
    pubsub.open("basket-started")
    runtime.stores().ensure("s-1")
    headers = {"Authorization": f"Bearer {issuer.sign(stores=['s-1'], roles=['till'])}"}
    loaded = ask_cold("graphql", "graphql", "/", json.dumps({"query": USERS_CALL}), headers)
    served = {"pydantic", "graphql"}
    assert loaded == Loaded(served, served | {"jwt", "valkey", PUBSUB, FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_reconciling_needs_neither_pubsub_nor_valkey_while_nothing_is_repaired() -> None:
    loaded = ask_cold("reconcile_all", "reconcile", body="{}")
    assert loaded == Loaded(set(), {FIRESTORE})


@pytest.mark.usefixtures("pubsub")
def test_a_month_is_reconciled_without_what_dashboards_zones_and_cards_take(issuer: Issuer) -> None:
    runtime.stores().ensure("s-1")
    headers = {"Authorization": f"Bearer {issuer.sign(stores=['s-1'], roles=['admin'])}"}
    asked = json.dumps({"storeId": "s-1", "month": "2024-05"})
    others = {"shared.dashboard.read", "shared.ledger.change_zone", "shared.customers.warm_cards"}
    loaded = ask_cold("reconcile", "reconcile", "/", asked, headers, HEAVY | others)
    assert loaded == Loaded({"pydantic"}, {"pydantic", "jwt", FIRESTORE})


@pytest.mark.usefixtures("pubsub")
@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/store/dashboard", set()),
        ("/store/dashboard.csv", {"shared.dashboard.export"}),
        ("/store/orders?counter=totalOrders", {"shared.dashboard.orders"}),
        ("/store/returning-customers", {"shared.dashboard.returning"}),
        ("/store/lookups", {"shared.baskets.calls", "shared.domain.call_report"}),
        ("/dead-letters", {"shared.dead_letters.letter"}),
    ],
)
def test_the_dashboard_loads_what_it_is_asked_about(issuer: Issuer, path: str, parts: set[str]) -> None:
    runtime.stores().ensure("s-1")
    stores = "*" if path == "/dead-letters" else ["s-1"]
    headers = {"Authorization": f"Bearer {issuer.sign(stores=stores, roles=['admin'])}"}
    loaded = ask_cold("dashboard", "dashboard", path, headers=headers, watched=DASHBOARD_PARTS)
    assert loaded == Loaded(set(), parts)


@pytest.mark.usefixtures("instance")
def test_only_the_way_to_the_issuer_loads_what_people_sign_in_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_CLIENT_ID", "dashboard")
    assert ask_cold("dashboard", "dashboard", "/signin") == Loaded({"pydantic"}, {"pydantic"})
    assert "authlib" in ask_cold("dashboard", "dashboard", "/signin/start").after_answer
