"""The events that Tillpulse publishes for other applications: their shapes, for schemas and tests.

Whoever publishes one builds it without these models, which would cost each function a slower cold start.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.messages.events import Event
from shared.messages.wire import Identifier, Timestamp, WireModel

Count = Annotated[int, Field(strict=True, ge=0)]


class CustomerMetrics(WireModel):
    """A customer's figures; amounts in major units of `currency`, rates in percent."""

    store_id: Identifier
    customer_id: Identifier
    currency: str | None
    total_orders: Count
    total_completed_orders: Count
    total_expired_orders: Count
    total_refunded_orders: Count
    orders_with_coupon: Count
    total_spent: float
    average_ticket: float
    completion_rate: float
    refund_rate: float
    first_order_at: Timestamp | None
    last_order_at: Timestamp | None
    version: Count
    updated_at: Timestamp


class CustomerMetricsUpdated(Event):
    """A customer's figures changed. Of two events about one customer, the higher `version` is newer."""

    event: Literal["CUSTOMER_METRICS_UPDATED"]
    customer_id: Identifier
    version: Count
    metrics: CustomerMetrics


class CustomerProfile(WireModel):
    """A customer as the customer API describes them."""

    customer_id: Identifier
    name: str | None
    email: str | None
    phone: str | None
    loyalty_card: str | None
    tier: str | None
    attributes: Annotated[
        dict[str, Any],
        Field(description="What else the customer API tells: at most 50 fields, 8 KiB as JSON."),
    ]


class CustomerDataFetched(Event):
    """The customer of a basket was found; `stale_cache` means that the customer API did not answer."""

    event: Literal["CUSTOMER_DATA_FETCHED"]
    basket_id: Identifier
    customer_id: Identifier
    source: Literal["api", "cache", "stale_cache"]
    customer: CustomerProfile


OUTGOING: dict[str, type[Event]] = {
    "customer-metrics-updated": CustomerMetricsUpdated,
    "customer-data-fetched": CustomerDataFetched,
}
"""The event on each topic."""
