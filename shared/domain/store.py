"""A store: one tenant."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.order import Status
from shared.domain.segment import SegmentRule


class Completion(StrEnum):
    """What completes an order: its payment, or its fulfilment after the payment."""

    PAYMENT = "payment"
    FULFILMENT = "fulfilment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A tenant.

    currency: None until it is set, or until the first order sets it.
    has_records: fixes the time zone, since counters depend on it: an order or a registration is counted.
    has_orders: fixes the currency, since amounts are counted in it.
    phone_region: the country of phone numbers without a country code; None for that of the time zone.
    completes_on: what completes an order.
    zoned_at: when the store moved to this time zone together with its orders.
    version: counts the store's changes.
    deferred_at: when an instance last noted that it defers the store's tallies.
    """

    store_id: str
    name: str
    timezone: str
    currency: str | None
    has_records: bool = False
    has_orders: bool = False
    segments: SegmentRule = field(default_factory=SegmentRule)
    phone_region: str | None = None
    completes_on: Completion = Completion.PAYMENT
    zoned_at: datetime | None = None
    version: int = 0
    deferred_at: datetime | None = None

    def status_after(self, told: Status) -> Status:
        """Return the status of an order of which a payment provider told this one."""
        if told is Status.PAID and self.completes_on is Completion.PAYMENT:
            return Status.COMPLETED
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the events of a store are counted."""

    timezone: str
