"""What typical orders cost: calls, documents and bytes on the wire, and dollars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from uuid import uuid4

from infra.cost import ORDERS, OneZone, apply_typical, count, price, read_prices
from infra.typical_orders import TYPICAL, OrderEvent, deliveries, typical_order
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.ledger.ledger import Ledger
from tests.performance.ledgers import fold, new_deferring_ledger, new_ledger
from tests.performance.load import in_lists
from tests.performance.place import PROJECT, Place
from tests.performance.rivals.transactions import TransactionWriter, increment
from tests.performance.rows import Row
from tests.performance.wire import CountedClient

_TEXTBOOK = "textbook transaction"
_COUNTED = ("calls", "reads", "writes", "bytes")
_LIST = 100

Counts = Mapping[str, float]
Apply = Callable[[Sequence[OrderEvent]], object]


def measure_costs(_: Place) -> list[Row]:
    """Return the counts of each kind of event, and the dollars of a million orders.

    Raises:
        RuntimeError: the wire shows other counts than those that `infra.cost` prices.
    """
    with closing(CountedClient(PROJECT)) as client:
        counted, textbook = client.wire.counted, TransactionWriter(client, increment)

        def apply(events: Sequence[OrderEvent]) -> None:
            """Apply them in an instance that knows their store, and none of their orders."""
            Ledger(FirestoreDocuments(client), OneZone()).apply([event.change() for event in events])

        return [
            *hot_rows(client),
            *event_rows(_by_kind(client, apply), _by_kind(client, textbook.write)),
            *dollar_rows(
                counted(partial(apply_typical, FirestoreDocuments(client), ORDERS, uuid4().hex)),
                counted(partial(textbook.write, [*deliveries(ORDERS, uuid4().hex)])),
            ),
        ]


def hot_rows(client: CountedClient) -> list[Row]:
    """Return how many documents an order writes in a hot store, its share of the fold included."""

    def writes(new: Callable[[Client], Ledger], size: int) -> float:
        ledger, store_id = new(client), uuid4().hex
        events = [*deliveries(ORDERS, store_id)]

        def write_and_fold() -> None:
            for some in in_lists(events, size):
                ledger.apply([event.change() for event in some])
            fold(client, store_id)

        return client.wire.counted(write_and_fold)["writes"] / ORDERS

    return [
        Row(
            name=f"an order of a hot store, {size} at a time", value=writes(new_deferring_ledger, size),
            unit="writes/order",
        ).against("in a cold store", writes(new_ledger, size))
        for size in (1, _LIST)
    ]  # fmt: skip


def event_rows(ours: Mapping[str, Counts], theirs: Mapping[str, Counts]) -> list[Row]:
    """Return a row for each kind of event and each count, by event."""
    rows = []
    for kind, counts in ours.items():
        for unit in _COUNTED:
            row = Row(name=f"{kind}, Firestore {unit}", value=counts[unit], unit=f"{unit}/event")
            rows.append(row.against(_TEXTBOOK, theirs[kind][unit]) if theirs[kind][unit] else row)
    return rows


def dollar_rows(ours: Mapping[str, int], theirs: Mapping[str, int]) -> list[Row]:
    """Return the cost of a million orders, given the wire's counts of `ORDERS` of them."""
    model = count()
    if wrong := {unit: ours[unit] for unit in ("calls", "reads", "writes") if ours[unit] != model[unit]}:
        raise RuntimeError(f"{ORDERS} orders: infra.cost counts {model}, the wire shows {wrong}")
    mine, rivals = (price({**model, **counts}, ORDERS, read_prices()) for counts in (ours, theirs))
    firestore, of_rival = (one["Firestore reads"] + one["Firestore writes"] for one in (mine, rivals))
    bound = f"list prices of infra/prices.json; an order has {TYPICAL}"
    whole = "a million orders and a month of the cache, all services"
    return [
        Row(name="a million orders, Firestore", value=firestore, unit="USD", bound=bound).against(
            _TEXTBOOK, of_rival
        ),
        Row(name=whole, value=sum(mine.values()), unit="USD", bound=bound),
    ]


def _by_kind(client: CountedClient, apply: Apply) -> dict[str, Counts]:
    store_id = uuid4().hex
    kinds: dict[str, list[OrderEvent]] = {}
    for title, created in (("", typical_order(1, store_id)), (" with coupon", typical_order(0, store_id))):
        kinds |= {f"created{title}": [created], f"completed{title}": [created.completed()]}
        kinds |= {f"repeated{title}": [created]}
    kinds[f"created, lists of {_LIST}"] = [typical_order(n, f"list {store_id}") for n in range(_LIST)]

    def each(events: Sequence[OrderEvent]) -> Counts:
        counts = client.wire.counted(partial(apply, events))
        return {unit: counts[unit] / len(events) for unit in _COUNTED}

    return {kind: each(events) for kind, events in kinds.items()}
