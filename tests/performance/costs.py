"""What one event costs in Firestore, counted at the wire, and what a million orders cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import uuid4

from emulator.options import REPOSITORY
from infra.cost import ORDERS, count, price
from tests.performance.events import Sale, creations
from tests.performance.ledgers import new_ledger
from tests.performance.place import PROJECT, Place
from tests.performance.rows import Row
from tests.performance.wire import CountedClient
from tests.performance.writers.transactions import TransactionWriter, increment

_TEXTBOOK = "textbook transaction"
_COUNTED = ("calls", "reads", "writes", "bytes")
_LIST = 100
_COUPON = "WELCOME10"

Counts = Mapping[str, float]
Apply = Callable[[list[Sale]], object]


def measure_costs(_: Place) -> list[Row]:
    """Return calls, reads, writes and bytes of each kind of event, the rival's beside them, and dollars."""
    client = CountedClient(PROJECT)
    writer = TransactionWriter(client, increment)

    def apply(sales: list[Sale]) -> None:
        """Count them in an instance that knows their store, and no order that another one counted."""
        ledger = new_ledger(client)
        ledger.apply([replace(sales[0], prefix=uuid4().hex, completes=False, coupon_code=None).change()])
        client.wire.take()
        ledger.apply([sale.change() for sale in sales])

    ours, theirs = _count(client, apply), _count(client, writer.write)
    client.close()  # type: ignore[no-untyped-call]
    return [*event_rows(ours, theirs), *dollar_rows(ours, theirs)]


def event_rows(ours: Mapping[str, Counts], theirs: Mapping[str, Counts]) -> list[Row]:
    """Return a row for each kind of event and each thing that is counted, by event."""
    rows = []
    for kind, counts in ours.items():
        for unit in _COUNTED:
            rival = theirs[kind][unit]
            row = Row(name=f"{kind}, Firestore {unit}", value=counts[unit], unit=f"{unit}/event")
            rows.append(row.against(_TEXTBOOK, rival, counts[unit] / rival) if rival else row)
    return rows


def dollar_rows(ours: Mapping[str, Counts], theirs: Mapping[str, Counts]) -> list[Row]:
    """Return what a million orders, made and completed, cost at the list prices of `infra/prices.json`."""
    prices = json.loads((REPOSITORY / "infra" / "prices.json").read_text(encoding="utf-8"))
    mine, rivals = (_firestore_dollars(counts, prices) for counts in (ours, theirs))
    whole = sum(price(count(), ORDERS, prices).values())
    about = "list prices of infra/prices.json; typical orders of infra/cost.py"
    return [
        Row(name="a million orders, Firestore", value=mine, unit="USD").against(
            _TEXTBOOK, rivals, mine / rivals
        ),
        Row(
            name="a million orders and a month of the cache, all services",
            value=whole,
            unit="USD",
            bound=about,
        ),
    ]


def _count(client: CountedClient, apply: Apply) -> dict[str, Counts]:
    store_id = uuid4().hex
    found: dict[str, Counts] = {}
    for title, coupon in (("", None), (" with coupon", _COUPON)):
        [made] = (replace(sale, coupon_code=coupon) for sale in creations(store_id, title, 1))
        for kind, sale in (("created", made), ("completed", made.completed()), ("repeated", made)):
            found[kind + title] = _counted(client, apply, [sale])
    found[f"created, lists of {_LIST}"] = _counted(client, apply, creations(store_id, "list", _LIST))
    return found


def _counted(client: CountedClient, apply: Apply, sales: list[Sale]) -> Counts:
    client.wire.take()
    apply(sales)
    counts = client.wire.take()
    return {name: counts[name] / len(sales) for name in _COUNTED}


def _firestore_dollars(counts: Mapping[str, Counts], prices: Mapping[str, float]) -> float:
    order = Counter(dict.fromkeys(count(), 0))
    for kind in ("created", "completed"):
        order.update({name: int(counts[kind][name]) for name in ("reads", "writes")})
    dollars = price(order, 1, prices)
    return dollars["Firestore reads"] + dollars["Firestore writes"]
