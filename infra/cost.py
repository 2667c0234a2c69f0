"""What a million orders cost: counted by running the real ledger on typical orders, priced by `prices.json`.

`python -m infra.cost` prints it. An order is created, and completed an hour later by another instance; one in
ten events comes twice. Every order has a customer and two products, one in five a coupon.
"""

import json
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

from shared.documents.entries import ABSENT, DocumentWrite, Record, order_facts
from shared.documents.paths import Path
from shared.documents.store import Committed, Documents, PreconditionLost
from shared.domain.changes import Change
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.store import Terms
from shared.ledger.ledger import Ledger
from shared.messages.decode import decode

ORDERS = 100
MILLION = 1_000_000
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
MESSAGE_BYTES = 1024
"""Pub/Sub counts each message as a kibibyte at least; publishing and delivering each count."""

EVENT_S = 0.05
"""CPU seconds that an event is assumed to bill; a cold start and idle instances come on top."""
MEMORY_GIB = 0.5
MONTH_HOURS = 730


class CountingDocuments:
    """Keeps ledger entries in memory and counts what Firestore would bill."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        self._fields: dict[Path, Mapping[str, Any]] = {}

    def read(self, paths: Collection[Path]) -> dict[Path, Record]:
        self.counts.update(calls=1, reads=len(paths))
        return {
            path: Record(facts=order_facts(self._fields[path]), timezone="UTC", version=1)
            for path in paths
            if path in self._fields
        }

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        raise RuntimeError(f"typical orders are not amended, {owner} and {order_ids} are")

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        self.counts["calls"] += 1
        if any(write.version is ABSENT and write.path in self._fields for write in writes):
            raise PreconditionLost("the order is known")
        self.counts["writes"] += len(writes)
        for write in writes:
            self._fields[write.path] = {**self._fields.get(write.path, {}), **write.fields}
        return Committed(
            versions={write.path: 1 for write in writes}, counters={write.path: {} for write in writes}
        )


class OneZone:
    def terms(self, _: Change) -> Terms:
        return Terms(timezone="UTC")

    def contended(self, store_ids: Collection[str]) -> None:
        raise RuntimeError(f"nobody else writes to {store_ids}")


def count(orders: int = ORDERS) -> Counter[str]:
    """Return {what is billed: how often} of that many typical orders."""
    documents = CountingDocuments()
    events = apply_typical(documents, orders)
    documents.counts.update(events=events, published=2 * orders + events, archived=2 * orders)
    return documents.counts


def apply_typical(documents: Documents, orders: int) -> int:
    """Apply the events of that many typical orders; return how often one was delivered."""
    events = 0
    for number in range(orders):
        creation, completion = _creation(number), _completion(number)
        deliveries = [creation, completion] + ([creation] if number % 10 == 0 else [])
        deliveries += [completion] if number % 10 == 5 else []
        for topic, event in deliveries:
            change = decode(topic, json.dumps(event).encode(), NOW)
            if change is not None:
                # An instance of its own each time: none remembers what another wrote.
                Ledger(documents, OneZone()).apply([change])
            events += 1
    return events


def price(counts: Mapping[str, int], orders: int, prices: Mapping[str, float]) -> dict[str, float]:
    """Return {service: dollars} of a million orders, and of a month of the cache."""
    per_million = {name: amount * MILLION / orders for name, amount in counts.items()}
    seconds = per_million["events"] * EVENT_S
    messages = per_million["published"] + per_million["events"]
    return {
        "Firestore reads": per_million["reads"] / 100_000 * prices["firestoreReadsPer100k"],
        "Firestore writes": per_million["writes"] / 100_000 * prices["firestoreWritesPer100k"],
        "Functions": seconds * (prices["functionVcpuSecond"] + MEMORY_GIB * prices["functionGibSecond"])
        + per_million["events"] / MILLION * prices["functionRequestsPerMillion"],
        "Pub/Sub": messages * MESSAGE_BYTES / 2**40 * prices["pubsubPerTib"]
        + per_million["archived"] * MESSAGE_BYTES / 2**40 * prices["pubsubToBigQueryPerTib"],
        "Valkey, a month": MONTH_HOURS * prices["cacheNodeHour"],
    }


def main() -> None:
    counts = count()
    prices = json.loads((File(__file__).parent / "prices.json").read_text(encoding="utf-8"))
    sys.stdout.write("For each order: ")
    sys.stdout.write(", ".join(f"{counts[name] / ORDERS:.2f} {name}" for name in sorted(counts)) + "\n")
    priced = price(counts, ORDERS, {name: value for name, value in prices.items() if name != "about"})
    for service, dollars in priced.items():
        sys.stdout.write(f"{service:18}{dollars:10.2f} USD\n")
    sys.stdout.write(f"{'A million orders':18}{sum(priced.values()):10.2f} USD\n")


def _creation(number: int) -> tuple[str, dict[str, Any]]:
    item = {"productName": "Mug", "imgCardUrl": None, "quantity": 1, "total": "50.00"}
    at = "2026-11-20T12:00:00Z"
    order = {
        "orderId": f"o-{number}", "customerId": f"c-{number % 40}", "createdAt": at, "price": "100.00",
        "currency": "BRL", "couponCode": "WELCOME10" if number % 5 == 0 else None,
        "items": [item | {"productId": f"p-{(number + n) % 20}"} for n in range(2)],
    }  # fmt: skip
    return "order-created", {"eventId": f"a-{number}", "occurredAt": at, "storeId": "s-1", "order": order}


def _completion(number: int) -> tuple[str, dict[str, Any]]:
    event = {"eventId": f"b-{number}", "occurredAt": "2026-11-20T13:00:00Z", "storeId": "s-1"}
    return "order-status-changed", event | {"orderId": f"o-{number}", "status": "COMPLETED"}


if __name__ == "__main__":
    main()
