"""Facts as they are kept in documents, and the writes that change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.documents.paths import Path
from shared.domain.customer import Registration
from shared.domain.instants import EPOCH
from shared.domain.order import Item, OrderFacts, Snapshot, Stamp, Status
from shared.domain.period import Month, local_day

ABSENT: Final = "absent"
"""The version of a document that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one document knows: the facts, the time zone they were counted in, the document's version."""

    facts: OrderFacts | Registration
    timezone: str
    version: Any

    @property
    def is_counted(self) -> bool:
        """Whether anything is known, so that the time zone says how it was counted."""
        return self.facts not in (OrderFacts(), Registration())


@dataclass(slots=True, kw_only=True)
class DocumentWrite:
    """A change to one document: blind unless it names the version that it needs to find.

    `increments` are keyed by field path; `minimums` and `maximums` by field. All amounts are integers.
    """

    path: Path
    version: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    increments: dict[tuple[str, ...], int] = field(default_factory=dict)
    minimums: dict[str, int] = field(default_factory=dict)
    maximums: dict[str, int] = field(default_factory=dict)

    def increment(self, *field_path: str, by: int) -> None:
        self.increments[field_path] = self.increments.get(field_path, 0) + by

    def ensure(self, *counters: str) -> None:
        """Have the document hold these counters: a query that sorts by a field skips documents without it."""
        for counter in counters:
            self.increment(counter, by=0)


def order_fields(order_id: str, facts: OrderFacts, timezone: str) -> dict[str, Any]:
    """Return the whole ledger entry as document fields; every field is present, so a write replaces all."""
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
    """Return the registration in a customer's document, which orders alone may have created."""
    registered_at = fields.get("registeredAt")
    return Registration(
        registered_at=registered_at and _plain(registered_at),
        email_confirmed=fields.get("emailConfirmed", False),
    )


def _plain(instant: datetime) -> datetime:
    """Return the instant without the client library's subclass, which prints and pickles differently."""
    return EPOCH + (instant - EPOCH)
