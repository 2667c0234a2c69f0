"""What shops and their customers do: every event there is, with hostile ids, odd times and odd amounts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from emulator.recount import EXPONENTS
from shared.domain.money import MAX_MINOR
from shared.domain.order import Status
from shared.domain.store import Completion, Store
from shared.payments.webhook import PaymentEvent, status_changed
from tests.simulation import virtual

Event = tuple[str, Mapping[str, Any]]
"""A topic, and the body of a message on it."""

STORES = {
    "s-1": ("America/Sao_Paulo", "BRL"),
    "..": ("Pacific/Apia", "JPY"),
    "__loja__/ü": ("Europe/Lisbon", "KWD"),
    "new": ("Asia/Tokyo", "BRL"),
}
"""The zone and the currency that each store is given."""

UNANNOUNCED = "new"
"""The store whose events come before it is given anything."""

STARTS = (
    "2026-02-20T12:00",  # nothing special
    "2026-03-08T05:00",  # clocks go forward in New York
    "2026-03-29T00:30",  # and in Lisbon
    "2026-10-25T00:30",  # and back there
    "2026-12-31T22:00",  # the year ends
    "2028-02-29T21:00",  # a leap day, and the month ends
)
"""When histories begin, in UTC."""

SKIPPED = datetime(2011, 12, 30, 10, tzinfo=UTC)
"""Samoa had no 30 December 2011: the 29th ends at this instant, and the 31st begins."""

ZONES = ("America/Sao_Paulo", "Asia/Tokyo", "Europe/Lisbon", "America/New_York", "Pacific/Kiritimati", "UTC")
_HEAVY = 0.03
"""How many orders are as large as they get: a commit of the smaller limit has room for one of them."""

_PARTLY_REFUNDED = 0.2

_IDS = ("A/12.3", ".", "__x__", " ", "ü☃", "o" * 190, "a b", "%2F")
_CODES = (1, 5, 7, 8, 9, 10, 11, 42)
_NAMES = ("CREATED", "PAID", "COMPLETED", "EXPIRED", "REFOUNDED", "REFUNDED")


@dataclass(slots=True, kw_only=True)
class Shop:
    """One store's business. `told` is every event that it ever published and that is valid."""

    store_id: str
    currency: str
    random: Random
    told: list[Event] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    _events: int = 0
    _amended: set[str] = field(default_factory=set)
    _paid: set[str] = field(default_factory=set)

    def new_order(self) -> Iterator[Event]:
        """Yield what happens to a new order, in the order in which it happens."""
        order = self._order(f"{self._pick(_IDS)}-{len(self.orders)}")
        self.orders.append(order)
        at = virtual.now() + timedelta(seconds=self.random.uniform(-60, 0))
        yield self._event("order-created", at, order=order)
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 5))):
            at += timedelta(seconds=self.random.choice((0, 1, 60, 3600)) * self.random.random())
            yield self._later(order, at)

    def about(self, order_id: str | None) -> Iterator[Event]:
        """Yield something more about this order, if there is one."""
        yield from (
            self._later(order, virtual.now()) for order in self.orders if order["orderId"] == order_id
        )

    def old_order(self) -> Iterator[Event]:
        """Yield something more about an order of before."""
        if self.orders:
            yield self._later(self._pick(self.orders), virtual.now())

    def rivals(self) -> tuple[Event, list[Event]]:
        """Return the first order of a new customer, and what befalls them a moment later: the
        order turns out to be somebody else's, and others of theirs come.
        """
        customer_id = f"r{self._events}"
        first, *others = (self._order(f"{customer_id}-{n}") | {"customerId": customer_id} for n in range(5))
        self.orders += (first, *others)
        born = self._event("order-created", virtual.now(), order=first)
        first["customerId"] = self._customer_id()
        at = virtual.now() + timedelta(seconds=1)
        moved = self._event(
            "order-status-changed", at, orderId=first["orderId"], status="CREATED", order=dict(first)
        )
        return born, [moved, *(self._event("order-created", at, order=order) for order in others)]

    def customer(self) -> Iterator[Event]:
        """Yield a registration, a confirmation, or both."""
        customer_id = self._customer_id()
        registered_at = _written(self._created_at())
        for topic in self.random.choice(
            (("customer-registered",), ("email-confirmed",), ("customer-registered", "email-confirmed"))
        ):
            yield self._event(topic, virtual.now(), customerId=customer_id, registeredAt=registered_at)

    def payment(self) -> Iterator[Event]:
        """Yield what a payment provider's webhook makes of a notice."""
        if self.orders:
            order = self._pick(self.orders)
            notice = PaymentEvent(
                event_id=f"n-{self._events}",
                occurred_at=_written(virtual.now()),
                store_id=self.store_id,
                order_id=order["orderId"],
            )
            told = self._pick((Status.PAID, Status.EXPIRED, Status.REFOUNDED))
            # What completes an order may be changed between any two notices.
            store = Store(
                store_id=self.store_id,
                name="",
                timezone="UTC",
                currency=None,
                completes_on=self._pick(Completion),
            )
            body = status_changed("bravive", notice, store.status_after(told))
            if told is Status.PAID and order["orderId"] not in self._amended:
                # The amount is checked against the price, which must not change from now on.
                self._paid.add(order["orderId"])
                body["paid"] = {"amount": order["price"], "currency": order["currency"]}
            event = ("order-status-changed", body)
            self._events += 1
            self.told.append(event)
            yield event

    def nonsense(self) -> tuple[str, bytes]:
        """Return a topic and a message that must end as a dead letter."""
        steady = [order for order in self.orders if order["orderId"] not in self._amended]
        if steady and self.random.random() < 0.2:
            return self._wrong_payment(self._pick(steady))
        topic, body = next(self.new_order())
        self.told.remove((topic, body))
        self.orders.pop()
        most = str(Decimal(MAX_MINOR).scaleb(-EXPONENTS[self.currency]))
        wrong = {
            "currency": {**body, "order": {**body["order"], "currency": "GBP"}},
            "amount": {**body, "order": {**body["order"], "price": "-1"}},
            "items": {**body, "order": {**body["order"], "items": [self._item(n, most) for n in range(2)]}},
            "time": {**body, "occurredAt": "yesterday"},
            "missing": {key: value for key, value in body.items() if key != "storeId"},
        }
        if self.random.random() < 0.2:
            return topic, b"\xff{" + f"{self.store_id} {self._events}".encode()
        return topic, encode(wrong[self._pick(tuple(wrong))])

    def _wrong_payment(self, order: dict[str, Any]) -> tuple[str, bytes]:
        """Return a payment of more than the order's price, which does not change from now on."""
        self._paid.add(order["orderId"])
        topic, body = self._event(
            # Later than any other completion: an earlier one would add nothing, and pass as a repeat.
            "order-status-changed",
            virtual.now() + timedelta(hours=23),
            orderId=order["orderId"],
            status="COMPLETED",
        )
        self.told.remove((topic, body))
        amount = Decimal(order["price"]) + Decimal(1).scaleb(-EXPONENTS[self.currency])
        return topic, encode({**body, "paid": {"amount": str(amount), "currency": self.currency}})

    def _later(self, order: dict[str, Any], at: datetime) -> Event:
        if self.random.random() < _PARTLY_REFUNDED:
            return self._refunded(order, at)
        status = self._pick((*_CODES, *_NAMES))
        if self.random.random() < 0.25 and order["orderId"] not in self._paid:
            self._amended.add(order["orderId"])
            changed = self._order(order["orderId"])
            kept = self.random.choice(("customerId", "createdAt", "price", "items", "couponCode"))
            order.update({**changed, kept: order[kept]})
            return self._event(
                "order-status-changed", at, orderId=order["orderId"], status=status, order=dict(order)
            )
        # A clean-up job of the shop's expires orders by its own clock.
        overdue = {"expiredBy": "clock"} if status in ("EXPIRED", 9) and self.random.random() < 0.5 else {}
        return self._event("order-status-changed", at, orderId=order["orderId"], status=status, **overdue)

    def _refunded(self, order: dict[str, Any], at: datetime) -> Event:
        """Refund a part, or more than there is, perhaps under the id of an earlier refund."""
        amount = self._amount()
        refund_id = f"__r__/{self.random.randrange(3)}"
        refund: dict[str, Any] = {"refundId": refund_id, "amount": amount, "currency": self.currency}
        if self.random.random() < 0.5:
            refund["lines"] = [{"productId": f"p/{self.random.randrange(6)}", "amount": amount}]
        if self.random.random() < 0.5:
            refund["at"] = _written(at - timedelta(seconds=self.random.randrange(90_000)))
        return self._event("order-status-changed", at, orderId=order["orderId"], refund=refund)

    def _order(self, order_id: str) -> dict[str, Any]:
        items = [self._item(n) for n in range(self.random.choice((0, 1, 1, 2, 4)))]
        if self.random.random() < _HEAVY:
            address = f"https://example.com/{'x' * 900}"
            items = [self._item(n) | {"imgCardUrl": address} for n in range(50)]
        return {
            "orderId": order_id,
            "customerId": self._customer_id() if self.random.random() < 0.8 else None,
            "createdAt": _written(self._created_at()),
            "price": self._amount(),
            "currency": self.currency,
            "couponCode": self._pick(("WELCOME", "A/B", None, None)),
            "items": items,
        }

    def _item(self, n: int, total: str | None = None) -> dict[str, Any]:
        product = self.random.randrange(6)
        return {
            "productId": f"p/{product}",
            "productName": f"Product {product}",
            "imgCardUrl": self._pick((None, "https://example.com/x.png")),
            "quantity": 1 + n,
            "total": total or self._amount(),
        }

    def _amount(self) -> str:
        minor = self.random.choice((0, 1, 99, 12_345, 10**9, self.random.randrange(100_000)))
        return str(Decimal(minor).scaleb(-EXPONENTS[self.currency]))

    def _created_at(self) -> datetime:
        if self.random.random() < 0.03:
            return SKIPPED + timedelta(seconds=self.random.randrange(-90_000, 90_000))
        days = self.random.choice((0, 0, 0, 1, 10, 40))
        return virtual.now() - timedelta(days=days, seconds=self.random.randrange(86_400))

    def _customer_id(self) -> str:
        # Few customers, so that their orders race; one of them buys most.
        return self.random.choice(("c0", "c0", "c1", "ü0", "__c__0", "/0", "/1"))

    def _event(self, topic: str, at: datetime, **body: Any) -> Event:
        self._events += 1
        common = {
            "eventId": f"{self.store_id[:100]}-e{self._events}",
            "occurredAt": _written(at),
            "storeId": self.store_id,
        }
        event = (topic, {**common, **json.loads(json.dumps(body))})
        self.told.append(event)
        return event

    def _pick(self, among: Any) -> Any:
        return self.random.choice(tuple(among))


def encode(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
