"""A store: the tenant whose orders are counted."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.segment import SegmentRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A tenant. `currency` is None until it was set or an order brought it.

    `phone_region` is the country of phone numbers without a country code; None for the time zone's.
    Time zone and currency are fixed once `has_orders`: what was counted was counted in them.
    `shards` is over how many documents the writers of one of its months spread; `zoned_at` is when it was
    moved to its time zone with its orders.
    """

    store_id: str
    name: str
    timezone: str
    currency: str | None
    has_orders: bool = False
    segments: SegmentRule = field(default_factory=SegmentRule)
    phone_region: str | None = None
    shards: int = 1
    zoned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an instance counts a store's events: by the days of a time zone, in a shard of its months."""

    timezone: str
    shard: int = 0
