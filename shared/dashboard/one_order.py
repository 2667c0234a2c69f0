"""One order as the API shows it: its facts, and what it adds to each figure."""

from __future__ import annotations

from typing import Any

from shared.dashboard.orders import OrderRead
from shared.domain.behind import CounterOf, contributes, status_of
from shared.domain.instants import to_rfc3339
from shared.domain.money import to_major
from shared.domain.order import Item
from shared.domain.order_arrivals import Arrival
from shared.domain.order_history import history, why
from shared.domain.payment import provider_of
from shared.domain.period import local_day
from shared.domain.store import Store

_KINDS = {"": "store", "productId": "product", "couponCode": "coupon", "customerId": "customer"}


def show_order(order: OrderRead, store: Store) -> dict[str, Any]:
    """Return the order as the API shows it; what only a creation tells is null until it comes."""
    facts, currency = order.facts, store.currency
    snapshot = facts.snapshot
    return {
        "storeId": store.store_id,
        "orderId": order.order_id,
        "currency": currency,
        "timezone": order.timezone,
        "status": status_of(facts),
        "customerId": facts.customer_id,
        "formerCustomerIds": [*order.former_customers],
        "createdAt": snapshot and to_rfc3339(snapshot.created_at),
        "day": snapshot and local_day(snapshot.created_at, order.timezone).isoformat(),
        "price": to_major(snapshot.price_minor, currency) if snapshot else None,
        "couponCode": snapshot and snapshot.coupon_code,
        "items": [_show_item(item, currency) for item in snapshot.items] if snapshot else [],
        "history": [
            {
                "at": to_rfc3339(fact.at),
                "what": fact.what,
                "meaning": fact.meaning,
                **({"eventId": fact.event_id} if fact.event_id else {}),
                **({"refundId": fact.refund_id} if fact.refund_id else {}),
                **_show_amount(fact.amount_minor, currency),
            }
            for fact in history(facts)
        ],
        "arrivals": [_show_arrival(arrival, currency) for arrival in order.arrivals],
        "firstHeardAt": to_rfc3339(order.first_heard_at),
        "lastChangedAt": to_rfc3339(order.last_changed_at),
        "saleCounts": snapshot is not None and facts.sale_counts,
        "why": why(facts),
        "contribution": [
            _show_counter(counter, amount, currency) for counter, amount in contributes(facts, order.timezone)
        ],
    }


def _show_arrival(arrival: Arrival, currency: str | None) -> dict[str, Any]:
    provider = provider_of(arrival.event_id)
    return {
        "eventId": arrival.event_id,
        "occurredAt": to_rfc3339(arrival.occurred_at),
        "arrivedAt": to_rfc3339(arrival.arrived_at),
        "told": [*arrival.told],
        "late": arrival.late,
        **({"provider": provider} if provider else {}),
        **_show_amount(arrival.amount_minor, currency),
    }


def _show_amount(amount_minor: int | None, currency: str | None) -> dict[str, float]:
    return {} if amount_minor is None else {"amount": to_major(amount_minor, currency)}


def _show_item(item: Item, currency: str | None) -> dict[str, Any]:
    return {
        "productId": item.product_id,
        "productName": item.product_name,
        "imgCardUrl": item.image_url,
        "quantity": item.quantity,
        "total": to_major(item.total_minor, currency),
    }


def _show_counter(counter: CounterOf, amount: int, currency: str | None) -> dict[str, Any]:
    return {
        "of": _KINDS[counter.tally.id_field],
        "id": counter.of or None,
        "counter": counter.counter,
        "adds": to_major(amount, currency) if counter.is_money else amount,
    }
