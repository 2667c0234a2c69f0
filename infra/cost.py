"""What a million typical orders cost: the real ledger counts, `prices.json` prices.

`python -m infra.cost` prints it.
"""

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path as File

from emulator.documents import MemoryDocuments
from infra.typical_orders import TYPICAL, deliveries
from shared.documents.paths import Path
from shared.documents.store import Committed, Document, DocumentStore, Write
from shared.domain.changes import Change
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.store import Terms
from shared.ledger.ledger import Ledger

ORDERS = 100
STORE = "s-1"
MILLION = 1_000_000
MESSAGE_BYTES = 1024
"""Pub/Sub counts each message as a kibibyte at least; publishing and delivering each count."""

EVENT_S = 0.05
"""CPU seconds that an event is assumed to bill; a cold start and idle instances come on top."""
MEMORY_GIB = 0.5
MONTH_HOURS = 730


class CountingDocuments(MemoryDocuments):
    """Counts what Firestore would bill."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = Counter[str]()

    def read(self, paths: Sequence[Path]) -> list[Document]:
        self.counts.update(calls=1, reads=len(paths))
        return super().read(paths)

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        raise RuntimeError(f"typical orders are not amended, {owner} and {order_ids} are")

    def commit(self, writes: Sequence[Write]) -> Committed:
        self.counts["calls"] += 1
        committed = super().commit(writes)
        self.counts["writes"] += len(writes)
        return committed


class OneZone:
    def terms(self, _: Change) -> Terms:
        return Terms(timezone="UTC")


def count(orders: int = ORDERS) -> Counter[str]:
    """Return {what is billed: how often} of that many typical orders."""
    documents = CountingDocuments()
    apply_typical(documents, orders)
    events = len([*deliveries(orders, STORE)])
    documents.counts.update(events=events, published=2 * orders + events, archived=2 * orders)
    return documents.counts


def apply_typical(documents: DocumentStore, orders: int, store_id: str = STORE) -> None:
    """Apply every delivery of that many typical orders, each in a fresh instance that remembers no order."""
    for event in deliveries(orders, store_id):
        Ledger(documents, OneZone()).apply([event.change()])


def read_prices() -> dict[str, float]:
    """Return the list prices, in US dollars."""
    prices = json.loads((File(__file__).parent / "prices.json").read_text(encoding="utf-8"))
    return {name: value for name, value in prices.items() if name != "about"}


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


def report() -> Iterator[str]:
    """Yield the lines that say what a million typical orders cost, as docs/SPEED.md shows them."""
    counts = count()
    priced = price(counts, ORDERS, read_prices())
    yield f"An order has {TYPICAL}."
    yield "For each order: " + ", ".join(f"{counts[name] / ORDERS:.2f} {name}" for name in sorted(counts))
    for service, dollars in [*priced.items(), ("A million orders", sum(priced.values()))]:
        yield f"{service:18}{dollars:10.2f} USD"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report())
