"""The whole sample history of the stores, in the order of business time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from emulator.samples.basket import fill_basket, snapshot
from emulator.samples.catalogue import SampleStore
from emulator.samples.clientele import Clientele, Customer
from emulator.samples.event import SampleEvent, in_utc
from emulator.samples.rhythm import busy_moments
from emulator.samples.stores import STORES
from emulator.samples.story import spelling, what_becomes

DAYS = 70


def sample_events(
    now: datetime, *, orders: int = 2000, seed: int = 1, stores: Iterable[SampleStore] = STORES
) -> list[SampleEvent]:
    """Return the events of `orders` orders over the last `DAYS` days, oldest first.

    What is still to come is left out, so today's last orders are missing and the newest ones have no outcome
    yet. A later call on the same local day returns the same events and those that happened since.

    Args:
        now: an aware time; no event occurs after it.
        orders: how many to plan, today's whole day included.
        seed: the same seed and the same `now` give the same events.
        stores: whose orders; each takes its `share` of them.
    """
    events: list[SampleEvent] = []
    for store in stores:
        # A string keeps the stores' streams apart; nothing secret is drawn from it.
        rng = Random(f"{seed}:{store.store_id}")  # noqa: S311
        events += _history(rng, store, round(orders * store.share), now)
    past = [event for event in events if event.occurred_at <= now]
    return sorted(past, key=lambda event: (event.occurred_at, event.data["eventId"]))


def _history(rng: Random, store: SampleStore, orders: int, now: datetime) -> Iterator[SampleEvent]:
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    clientele = Clientele(rng, store)
    clientele.open_with(today - timedelta(days=DAYS - 1), DAYS, orders)
    for number, at in enumerate(busy_moments(rng, store, today, DAYS, orders), start=1):
        yield from _order(rng, store, f"{store.order_prefix}{number:06}", clientele.buyer(at), at)
    for customer in clientele.customers:
        yield from _account(rng, store, customer)


def _order(
    rng: Random, store: SampleStore, order_id: str, customer_id: str | None, created_at: datetime
) -> Iterator[SampleEvent]:
    basket = fill_basket(rng, store)
    known = snapshot(store, basket, order_id=order_id, customer_id=customer_id, created_at=created_at)
    common = {"eventId": f"{order_id}:created", "occurredAt": in_utc(created_at), "storeId": store.store_id}
    yield SampleEvent("order-created", common | {"order": known})
    at = created_at
    for number, step in enumerate(what_becomes(rng), start=1):
        at += timedelta(seconds=rng.randint(60 * step.soonest, 60 * step.latest))
        if step.amends:
            basket = basket.amended()
            known = snapshot(store, basket, order_id=order_id, customer_id=customer_id, created_at=created_at)
        body: dict[str, Any] = {"orderId": order_id, "status": spelling(rng, step.status)}
        if step.amends or rng.random() < 0.4:
            body["order"] = known
        common = {"eventId": f"{order_id}:{number}", "occurredAt": in_utc(at), "storeId": store.store_id}
        yield SampleEvent("order-status-changed", common | body)


def _account(rng: Random, store: SampleStore, customer: Customer) -> Iterator[SampleEvent]:
    told = [("customer-registered", customer.registered_at)]
    if customer.confirmed_at:
        told.append(("email-confirmed", customer.confirmed_at))
        if rng.random() < 0.03:
            del told[0]  # the registration was never told: the confirmation must do
    for topic, at in told:
        yield SampleEvent(
            topic,
            {
                "eventId": f"{customer.customer_id}:{topic}",
                "occurredAt": in_utc(at),
                "storeId": store.store_id,
                "customerId": customer.customer_id,
                "registeredAt": customer.registered_at.isoformat(),
            },
        )
