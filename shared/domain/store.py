"""A store: one tenant."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.segment import SegmentRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A tenant.

    currency: None until it is set, or until the first order sets it.
    has_records: fixes the time zone, since counters depend on it: an order or a registration is counted.
    has_orders: fixes the currency, since amounts are counted in it.
    phone_region: the country of phone numbers without a country code; None for that of the time zone.
    shards: the number of documents over which writers of one month spread.
    zoned_at: when the store moved to this time zone together with its orders.
    """

    store_id: str
    name: str
    timezone: str
    currency: str | None
    has_records: bool = False
    has_orders: bool = False
    segments: SegmentRule = field(default_factory=SegmentRule)
    phone_region: str | None = None
    shards: int = 1
    zoned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an instance counts the events of a store: in which time zone, and in which shard of a month."""

    timezone: str
    shard: int = 0
