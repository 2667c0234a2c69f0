"""What Google publishes as limits, and how many orders a second each of them allows.

Orders are typical ones, whose events, deliveries and writes `infra.cost` counts. Quotas are those of a small
region without an increase; all but Firestore's can be raised on request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.cost import EVENT_S, MESSAGE_BYTES
from shared.domain.slots import SLOTS, STORE_SLOTS

INSTANCES = 40
"""Of one function at most: `default_max_instances`."""

CONCURRENCY = 64
ADDRESSES = 1_022
"""In `functions_cidr`."""

ADDRESSES_EACH = 4
"""That an instance may hold while revisions change."""

RISING_WRITES_S = 500
VCPUS = 1_000
PUSHED_BYTES_S = 20_000_000
PUBLISHED_BYTES_S = 50_000_000
CACHE_CALLS_S = 50_000
FIRST_WRITES_S = 500
RAMP = 1.5
RAMP_MINUTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`orders` is how many a second fit: of each store where `of_store`, else of the project.

    `amount` is the limit itself, in `unit`.
    """

    what: str
    orders: float
    amount: float
    unit: str
    of_store: bool = False
    published: str
    turn: str


def limits(counts: Mapping[str, int], orders: int, folded_deltas: float) -> list[Limit]:
    """Return every limit that is known to matter.

    Args:
        counts: what that many orders are billed for, as `infra.cost.count` says.
        orders: how many they are.
        folded_deltas: how many deltas of one store are folded a second.
    """
    events, published = counts["events"] / orders, counts["published"] / orders
    each_function = events / 2  # creations go to one function, statuses to the other
    events_each = 1 / EVENT_S  # of an instance with one processor
    return [
        Limit(
            what="deltas of a hot store",
            orders=folded_deltas / events,
            amount=folded_deltas,
            unit="deltas/s",
            of_store=True,
            published=f"our own pace: {folded_deltas:,.0f} a second, of one event each at worst",
            turn="lists of events: up to 100 in a delta",
        ),
        Limit(
            what="index customers.lastOrderAt",
            orders=RISING_WRITES_S * len(STORE_SLOTS),
            amount=RISING_WRITES_S,
            unit="writes/s of a slot",
            of_store=True,
            published="500 writes/s to an indexed rising value (Firestore, best practices), in 4 slots",
            turn="more slots of a store: a query may name 30",
        ),
        Limit(
            what="index orders.awaitingSince",
            orders=RISING_WRITES_S * len(SLOTS),
            amount=RISING_WRITES_S,
            unit="writes/s of a slot",
            published="500 writes/s in 30 slots, as above, here over the orders of all stores",
            turn="more slots, in several queries",
        ),
        Limit(
            what="instances of a function",
            orders=INSTANCES * events_each / each_function,
            amount=INSTANCES,
            unit="instances: default_max_instances",
            published=f"our own setting: {INSTANCES}; 1,000 at most in the variables",
            turn="default_max_instances",
        ),
        Limit(
            what="addresses for the cache",
            orders=ADDRESSES / ADDRESSES_EACH * events_each / events,
            amount=ADDRESSES,
            unit="addresses: functions_cidr",
            published=f"our own setting: {ADDRESSES:,}, some {ADDRESSES_EACH} for each instance",
            turn="functions_cidr",
        ),
        Limit(
            what="messages pushed",
            orders=PUSHED_BYTES_S / MESSAGE_BYTES / events,
            amount=PUSHED_BYTES_S / 1_000_000,
            unit="MB/s: Pub/Sub's quota of push throughput in the region",
            published="20 MB/s of push in a small region (Pub/Sub, quotas)",
            turn="the quota, or a large region",
        ),
        Limit(
            what="processors in a region",
            orders=VCPUS * events_each / events,
            amount=VCPUS,
            unit="vCPU: Cloud Run's quota of CPU allocation in the region",
            published="1,000 vCPU as a baseline (Cloud Run, maximum instances)",
            turn="the quota",
        ),
        Limit(
            what="messages published",
            orders=PUBLISHED_BYTES_S / MESSAGE_BYTES / published,
            amount=PUBLISHED_BYTES_S / 1_000_000,
            unit="MB/s: Pub/Sub's quota of publish throughput in the region",
            published="50 MB/s of publishing in a small region (Pub/Sub, quotas)",
            turn="the quota, or a large region",
        ),
        Limit(
            what="calls to the cache",
            orders=CACHE_CALLS_S / events,
            amount=CACHE_CALLS_S,
            unit="calls/s of a node",
            published="none; assumed 50,000 calls/s of a node",
            turn="cache_node_type",
        ),
    ]
