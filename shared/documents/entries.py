"""Ledger entries and registrations as fields of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.documents.store import Document
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.instants import EPOCH
from shared.domain.order import Item, OrderFacts, Snapshot, Stamp, Status
from shared.domain.period import Month, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The facts in one document, the time zone that they were counted in, and the document's version."""

    facts: OrderFacts | Registration
    timezone: str
    version: Any

    @property
    def is_counted(self) -> bool:
        """Whether any facts are known: only then `timezone` says how they were counted."""
        return self.facts not in (OrderFacts(), Registration())


def read_record(change: Change, document: Document) -> Record:
    """Return what is on record of the change's order or customer; nothing where the document is missing."""
    facts: OrderFacts | Registration
    if isinstance(change, OrderChange):
        facts = order_facts(document.fields) if document.exists else OrderFacts()
    else:
        facts = registration(document.fields)
    timezone = document.fields.get("timezone", "UTC")
    return Record(facts=facts, timezone=timezone, version=document.version)


def order_fields(order_id: str, facts: OrderFacts, timezone: str) -> dict[str, Any]:
    """Return the ledger entry as document fields. None is left out, so that a write replaces them all."""
    snapshot = facts.snapshot
    return {
        "orderId": order_id,
        "timezone": timezone,
        "statuses": {str(status): at for status, at in facts.statuses.items()},
        "eventId": snapshot and snapshot.stamp.event_id,
        "occurredAt": snapshot and snapshot.stamp.occurred_at,
        "customerId": snapshot and snapshot.customer_id,
        "createdAt": snapshot and snapshot.created_at,
        "month": snapshot and str(Month.of(local_day(snapshot.created_at, timezone))),
        "awaitingSince": facts.awaiting_since,
        "price": snapshot and snapshot.price_minor,
        "currency": snapshot and snapshot.currency,
        "couponCode": snapshot and snapshot.coupon_code,
        "items": [
            {
                "productId": item.product_id,
                "productName": item.product_name,
                "imgCardUrl": item.image_url,
                "quantity": item.quantity,
                "total": item.total_minor,
            }
            for item in (snapshot.items if snapshot else ())
        ],
    }


def order_facts(fields: Mapping[str, Any]) -> OrderFacts:
    """Return the facts of a ledger entry; the inverse of `order_fields`."""
    snapshot = None
    if fields["eventId"] is not None:
        snapshot = Snapshot(
            stamp=Stamp(occurred_at=_plain(fields["occurredAt"]), event_id=fields["eventId"]),
            customer_id=fields["customerId"],
            created_at=_plain(fields["createdAt"]),
            price_minor=fields["price"],
            currency=fields["currency"],
            coupon_code=fields["couponCode"],
            items=tuple(
                Item(
                    product_id=item["productId"],
                    product_name=item["productName"],
                    image_url=item["imgCardUrl"],
                    quantity=item["quantity"],
                    total_minor=item["total"],
                )
                for item in fields["items"]
            ),
        )
    return OrderFacts(
        snapshot=snapshot, statuses={Status(name): _plain(at) for name, at in fields["statuses"].items()}
    )


def registration_fields(customer_id: str, facts: Registration, timezone: str) -> dict[str, Any]:
    """Return the registration as fields of the customer's document."""
    return {
        "customerId": customer_id,
        "timezone": timezone,
        "registeredAt": facts.registered_at,
        "emailConfirmed": facts.email_confirmed,
    }


def registration(fields: Mapping[str, Any]) -> Registration:
    """Return the registration in a customer's document; a blank one where only orders created it."""
    registered_at = fields.get("registeredAt")
    return Registration(
        registered_at=registered_at and _plain(registered_at),
        email_confirmed=fields.get("emailConfirmed", False),
    )


def _plain(instant: datetime) -> datetime:
    """Return the instant without the client library's subclass, which prints and pickles differently."""
    return EPOCH + (instant - EPOCH)
