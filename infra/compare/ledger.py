"""Count a store's month from its ledger, and go through what it counts, as of one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from infra.compare.counters import FIGURES
from infra.compare.differences import Counted
from shared.documents.entries import Record
from shared.domain.order import OrderFacts
from shared.domain.period import Month
from shared.domain.tallies import STORE_MONTHS, Contribution, contribution
from shared.reconcile.store_month import around
from shared.reconcile.store_snapshot import StoreSnapshot


def count_month(snapshot: StoreSnapshot, month: Month) -> Counter[str]:
    """Return the figures of the month: {figure: amount}, money in minor units."""
    total: Counter[str] = Counter()
    for counted in counted_in(snapshot, month):
        total.update(counted.adds)
    return total


def counted_in(snapshot: StoreSnapshot, month: Month) -> Iterator[Counted]:
    """Yield the orders of the month and the customers who registered in it, one read each."""
    for record in snapshot.orders(month):
        yield from _counted(record, contribution(record.facts, record.timezone), month)
    for _, record in snapshot.registrations(*around(month)):
        yield from _counted(record, contribution(record.facts, record.timezone), month)


def _counted(record: Record, counted: Contribution, month: Month) -> Iterator[Counted]:
    order = record.facts if isinstance(record.facts, OrderFacts) else OrderFacts()
    for row, amounts in counted.items():
        adds = {figure: amounts[figure] for figure in FIGURES if figure in amounts}
        if adds and row.tally is STORE_MONTHS and Month.of(row.day) == month:
            yield Counted(
                of=record.of,
                kind="order" if isinstance(record.facts, OrderFacts) else "customer",
                day=row.day,
                statuses=tuple(sorted(order.statuses)),
                price=order.snapshot.price_minor if order.snapshot else 0,
                adds=adds,
            )
