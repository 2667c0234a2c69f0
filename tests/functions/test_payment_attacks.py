"""What holds where a notice is correctly signed and still must not count."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.documents.paths import month_path
from shared.domain.period import Month
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import problem
from tests.functions.messages import AT, Message, PubSub, an_old_creation, an_old_order, an_old_status, push
from tests.functions.payment_client import PaymentProvider
from tests.webhooks import a_bravive_notice, a_stripe_notice, sign_now

TOPIC = "order-status-changed"
BRAVIVE = [
    {"secret": "of-1", "stores": ["s-1"]},
    {"secret": "of-2", "stores": ["s-2"]},
    {"secret": "of-all", "stores": "*"},
]
STRIPE = [
    {"secret": "own", "stores": ["s-1"]},
    {"secret": "connected", "stores": ["s-1"], "account": "acct_1"},
    {"secret": "connected", "stores": ["s-2"], "account": "acct_2"},
    {"secret": "test", "stores": ["s-1"], "livemode": False},
]


class Shop:
    """The stores s-1 and s-2, their payment providers, and what comes of notices."""

    def __init__(self, apps: dict[str, Flask], pubsub: PubSub) -> None:
        self._apps = apps
        self._pubsub = pubsub
        self.send = PaymentProvider(apps["payments"], "of-1").send

    def create(self, price: str = "129.90", currency: str = "BRL") -> None:
        order = an_old_order(price=price, currency=currency, customerId=None, items=[])
        pushed = push(self._apps["order_created"], "order-created", an_old_creation("s-1", order))
        assert pushed.status_code == 200

    def amend(self, price: str) -> None:
        order, at = an_old_order(price=price, customerId=None, items=[]), "2024-05-20T12:01:00Z"
        event = an_old_status("s-1", "CREATED", order=order, eventId="e-2") | {"occurredAt": at}
        assert push(self._apps["order_status_changed"], TOPIC, event).status_code == 200

    def published(self) -> list[Message]:
        return self._pubsub.take(TOPIC)

    def deliver(self, message: Message) -> int:
        return push(self._apps["order_status_changed"], TOPIC, data=message.data).status_code

    def pay(self, amount: str = "129.90", currency: str = "BRL", **changed: Any) -> tuple[Message, int]:
        """Have a payment approved; return its event, and how the event was answered."""
        about = {"storeId": "s-1", "orderId": "o-1", "amount": amount, "currency": currency}
        notice = a_bravive_notice(createdAt=AT, data=about, **changed)
        assert self.send(notice).status_code == 200
        [message] = self.published()
        return message, self.deliver(message)

    def letters(self) -> list[Message]:
        return self._pubsub.take(DEAD_LETTERS)

    def completed(self) -> int:
        fields = runtime.firestore().document(*month_path("s-1", Month(2024, 5))).get().to_dict() or {}
        return sum(row.get("totalCompletedOrders", 0) for row in fields.get("days", {}).values())


@pytest.fixture
def shop(apps: dict[str, Flask], pubsub: PubSub, instance: Forget, monkeypatch: pytest.MonkeyPatch) -> Shop:
    pubsub.open(TOPIC)
    monkeypatch.setenv("BRAVIVE_WEBHOOK_SECRETS", json.dumps(BRAVIVE))
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", json.dumps(STRIPE))
    instance()
    runtime.stores().ensure("s-1")
    runtime.stores().ensure("s-2")
    return Shop(apps, pubsub)


@pytest.mark.parametrize("kind", ["payment.approved", "payment.canceled", "payment.refunded"])
def test_a_secret_does_not_speak_for_another_store(shop: Shop, kind: str) -> None:
    problem(shop.send(a_bravive_notice(kind, store_id="s-2"), secret="of-1"), 403)
    problem(shop.send(a_bravive_notice(kind, store_id="s-1"), secret="of-2"), 403)
    assert shop.published() == []
    assert shop.send(a_bravive_notice(kind, store_id="s-2"), secret="of-2").status_code == 200
    assert shop.send(a_bravive_notice(kind, store_id="s-2"), secret="of-all").status_code == 200
    assert len(shop.published()) == 2


def test_a_body_with_two_signatures_has_the_stores_of_both(shop: Shop) -> None:
    body = json.dumps(a_bravive_notice(store_id="s-2")).encode()
    both = f"{sign_now(body, 'of-1')},{sign_now(body, 'of-2').partition(',')[2]}"
    assert shop.send(body, header=both).status_code == 200


@pytest.mark.parametrize(
    ("secret", "notice", "status"),
    [
        ("connected", {"account": "acct_1"}, 200),
        ("connected", {"account": "acct_2"}, 403),  # an account of the platform, but not this store's
        ("connected", {"account": "acct_3"}, 403),
        ("connected", {}, 403),
        ("own", {}, 200),
        ("own", {"account": None}, 200),
        ("own", {"account": "acct_1"}, 403),
        ("own", {"livemode": False}, 403),
        ("connected", {"account": "acct_1", "livemode": False}, 403),
        ("test", {"livemode": False}, 200),
        ("test", {"livemode": True}, 403),
    ],
)
def test_an_account_and_a_mode_speak_for_themselves_alone(
    shop: Shop, secret: str, notice: dict[str, Any], status: int
) -> None:
    assert shop.send(a_stripe_notice() | notice, "stripe", secret=secret).status_code == status
    assert len(shop.published()) == (1 if status == 200 else 0)


def test_a_store_that_does_not_exist_is_refused_like_one_that_is_not_granted(shop: Shop) -> None:
    refused = [
        shop.send(a_bravive_notice(store_id="s-2"), secret="of-1"),
        shop.send(a_bravive_notice(store_id="nowhere"), secret="of-1"),
        shop.send(a_bravive_notice(store_id="nowhere"), secret="of-all"),
        shop.send(a_stripe_notice() | {"livemode": False}, "stripe", secret="own"),
    ]
    for answer in refused:
        problem(answer, 403)
    assert len({answer.data for answer in refused}) == 1
    assert shop.published() == []
    assert runtime.stores().find("nowhere") is None


def test_a_refused_notice_is_logged_with_its_reason(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.send(a_bravive_notice(store_id="s-2"), secret="of-1")
    shop.send(a_bravive_notice(store_id="nowhere"), secret="of-all")
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines()]
    refused = [line for line in lines if line["message"] == "payment notice refused"]
    assert [(line["severity"], line["storeId"], line["reason"]) for line in refused] == [
        ("WARNING", "s-2", "the secret is not granted this store, account and mode"),
        ("WARNING", "nowhere", "there is no such store"),
    ]
    assert "of-1" not in printed


@pytest.mark.parametrize("late_s", [301, 86_400, -400])
def test_a_notice_is_not_replayed_later(shop: Shop, late_s: int) -> None:
    body = json.dumps(a_bravive_notice()).encode()
    problem(shop.send(body, header=sign_now(body, "of-1", late_s)), 401)
    assert shop.published() == []


@pytest.mark.parametrize("amount", ["129.90", "129.9", "129.9000"])
def test_the_price_completes_the_order(shop: Shop, amount: str) -> None:
    shop.create()
    assert shop.pay(amount)[1] == 200
    assert (shop.completed(), shop.letters()) == (1, [])


@pytest.mark.parametrize(
    ("amount", "currency", "reason"),
    [
        ("0.01", "BRL", "paid: expected the order's price, 129.90 BRL, got 0.01 BRL"),
        ("129.91", "BRL", "paid: expected the order's price, 129.90 BRL, got 129.91 BRL"),
        ("0", "BRL", "paid: expected the order's price, 129.90 BRL, got 0.00 BRL"),
        ("129.90", "USD", "paid: expected the order's price, 129.90 BRL, got 129.90 USD"),
        ("12990", "JPY", "paid: expected the order's price, 129.90 BRL, got 12990 JPY"),
        ("-129.90", "BRL", "paid.amount: expected a finite amount of 0 or more, got -129.90"),
        ("129.90", "QQQ", "paid.currency: expected an ISO 4217 currency code such as BRL, got 'QQQ'"),
    ],
)
def test_another_amount_or_currency_completes_nothing(
    shop: Shop, amount: str, currency: str, reason: str
) -> None:
    shop.create()
    message, status = shop.pay(amount, currency)
    assert status == 200
    assert shop.completed() == 0
    [letter] = shop.letters()
    assert letter.data == message.data
    assert letter.attributes == {
        "reason": reason, "function": "order_status_changed", "sourceTopic": TOPIC,
    }  # fmt: skip


def test_a_cent_through_stripe_completes_nothing(shop: Shop) -> None:
    shop.create()
    notice = a_stripe_notice(amount=12990, amount_received=1)
    assert shop.send(notice, "stripe", secret="own").status_code == 200
    [message] = shop.published()
    assert shop.deliver(message) == 200
    assert (shop.completed(), len(shop.letters())) == (0, 1)


def test_a_payment_that_overtakes_its_order_waits_and_is_then_compared(shop: Shop) -> None:
    honest, status = shop.pay(id="honest")
    assert status == 500
    cheap, status = shop.pay("0.01", id="cheap")
    assert status == 500
    assert shop.letters() == []
    shop.create()
    assert shop.deliver(cheap) == 200
    assert (shop.completed(), len(shop.letters())) == (0, 1)
    assert shop.deliver(honest) == 200
    assert (shop.completed(), shop.letters()) == (1, [])


def test_a_kept_payment_counts_once_the_order_was_amended(shop: Shop) -> None:
    shop.create()
    message, _ = shop.pay("79.90")
    assert (shop.completed(), len(shop.letters())) == (0, 1)
    shop.amend("79.90")
    assert shop.deliver(message) == 200
    assert (shop.completed(), shop.letters()) == (1, [])


def test_a_repeat_moves_nothing_after_the_order_was_amended(shop: Shop) -> None:
    shop.create()
    message, _ = shop.pay()
    shop.amend("79.90")
    assert shop.deliver(message) == 200
    assert (shop.completed(), shop.letters()) == (1, [])


def test_a_refund_needs_no_amount(shop: Shop) -> None:
    shop.create()
    shop.pay()
    data = {"storeId": "s-1", "orderId": "o-1"}
    at = "2024-05-21T12:00:00Z"
    assert shop.send(a_bravive_notice("payment.refunded", createdAt=at, data=data)).status_code == 200
    [message] = shop.published()
    assert shop.deliver(message) == 200
    assert (shop.completed(), shop.letters()) == (0, [])
