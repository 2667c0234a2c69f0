"""Decide what to write: from changes and the records they concern to documents and counters. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.documents.entries import Record, arrival_text, order_fields, registration_fields
from shared.documents.paths import (
    Path,
    counter_paths,
    customer_path,
    month_path,
    record_path,
    tally_path,
)
from shared.documents.store import DocumentWrite
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts, Snapshot
from shared.domain.order_arrivals import arrival, newest
from shared.domain.order_times import OtherOrders, Owner, TimesMoved, times_moved
from shared.domain.period import Month, local_day
from shared.domain.pseudonym import is_pseudonym
from shared.domain.store import Terms
from shared.domain.tallies import (
    CUSTOMERS,
    PRODUCT_MONTHS,
    STORE_MONTHS,
    Contribution,
    Row,
    contribution,
    difference,
    product_labels,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write, and whether each change adds anything new.

    `records` are the written records as they will be, still with their versions from before. `unknown`
    names customers who lose an order time: decide again with their `OtherOrders`.
    """

    writes: dict[Path, DocumentWrite] = field(default_factory=dict)
    records: dict[Path, Record] = field(default_factory=dict)
    moved: list[bool] = field(default_factory=list)
    unknown: set[Owner] = field(default_factory=set)

    def write(self, path: Path) -> DocumentWrite:
        """Return the one write to the document."""
        if path not in self.writes:
            self.writes[path] = DocumentWrite(path=path)
        return self.writes[path]


def decide(
    changes: Sequence[Change],
    records: Mapping[Path, Record],
    terms: Mapping[str, Terms],
    others: Mapping[Owner, OtherOrders] | None = None,
) -> Decision:
    """Return the writes that merge the changes into the records and move the counters with them.

    Args:
        changes: any number of changes, possibly several about one order.
        records: the record of each change, by path.
        terms: how each store counts. A record that was counted in another time zone moves to this one.
        others: the orders of customers who lose an order time, but for those that are written.
    """
    decision = Decision()
    after = {path: record.facts for path, record in records.items()}
    arrivals = {path: [*record.arrivals] for path, record in records.items()}
    subjects: dict[Path, Change] = {}
    for change in changes:
        path = record_path(change)
        merged = _merge(after[path], change.facts)
        decision.moved.append(merged != after[path])
        if merged != after[path]:
            arrivals[path] += _arrival(change, after[path], merged)
        after[path] = merged
        subjects[path] = change
    sums: defaultdict[str, defaultdict[Row, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for path, change in subjects.items():
        before, how = records[path], terms[change.store_id]
        if after[path] != before.facts or (before.is_counted and before.timezone != how.timezone):
            now = Record(
                facts=after[path],
                timezone=how.timezone,
                version=before.version,
                former_customers=_former_customers(before, after[path]),
                arrivals=newest(arrivals[path]),
            )
            decision.records[path] = now
            counted = contribution(now.facts, now.timezone)
            _write_record(decision.write(path), change, now, counted)
            # Take back what was added in the time zone in which it was added.
            moved = difference(contribution(before.facts, before.timezone), counted)
            for row, amounts in moved.items():
                sums[change.store_id][row].update(amounts)
            _write_labels(decision, change.store_id, before, now)
    for store_id, summed in sums.items():
        write_counters(decision, store_id, summed)
    # Written records alone: another one may be outdated, and no precondition would tell.
    moves = times_moved(
        (change.store_id, records[path].facts, after[path])
        for path, change in subjects.items()
        if isinstance(change, OrderChange) and path in decision.records
    )
    _write_order_times(decision, moves, others or {})
    return decision


def _merge(known: OrderFacts | Registration, new: OrderFacts | Registration) -> OrderFacts | Registration:
    if isinstance(known, OrderFacts) and isinstance(new, OrderFacts):
        return known.merge(new)
    if isinstance(known, Registration) and isinstance(new, Registration):
        return known.merge(new)
    raise TypeError(f"{type(new).__name__} can't be added to a record of {type(known).__name__}")


def _arrival(
    change: Change, before: OrderFacts | Registration, after: OrderFacts | Registration
) -> list[str]:
    if not (isinstance(before, OrderFacts) and isinstance(after, OrderFacts)):
        return []
    # No event asks for an erasure or a change of zone.
    if not isinstance(change, OrderChange) or change.source is None:
        return []
    paid = change.paid.amount_minor if change.paid else None
    return [arrival_text(arrival(change.source, change.facts, before, after, paid))]


def _former_customers(before: Record, after: OrderFacts | Registration) -> tuple[str, ...]:
    if not (isinstance(before.facts, OrderFacts) and isinstance(after, OrderFacts)):
        return ()
    known = dict.fromkeys((*before.former_customers, before.facts.customer_id))
    if _is_erased(before.facts.snapshot, after.snapshot):
        del known[before.facts.customer_id]
    return tuple(one for one in known if one is not None and one != after.customer_id)


def _is_erased(before: Snapshot | None, after: Snapshot | None) -> bool:
    """Whether a pseudonym takes the customer's place, and nothing else happens to the order."""
    return (
        before is not None
        and after is not None
        and before.stamp == after.stamp
        and is_pseudonym(after.customer_id)
        and not is_pseudonym(before.customer_id)
    )


def _write_record(write: DocumentWrite, change: Change, record: Record, counted: Contribution) -> None:
    write.version = record.version
    if isinstance(change, OrderChange) and isinstance(record.facts, OrderFacts):
        kept = (record.former_customers, record.arrivals, counted)
        write.fields.update(order_fields(change.order_id, record.facts, record.timezone, *kept))
        # A query over the orders of all stores can't tell the store from the path.
        write.fields["storeId"] = change.store_id
    elif not isinstance(change, OrderChange) and isinstance(record.facts, Registration):
        write.fields.update(registration_fields(change.customer_id, record.facts, record.timezone))
        write.maximums["lastOrderAt"] = 0
        write.ensure(*CUSTOMERS.counters)


def write_counters(decision: Decision, store_id: str, moved: Contribution) -> None:
    """Add the amounts to the counters."""
    for row, amounts in moved.items():
        month = Month.of(row.day)
        write = decision.write(tally_path(store_id, row.tally, month, row.of))
        if row.tally.is_monthly:
            _bump_month(decision, store_id, month)
        write.fields |= row.tally.identity(month, row.of)
        if row.tally.sorted_by:
            write.ensure(row.tally.sorted_by)
        for counter, amount in amounts.items():
            for path in counter_paths(row, counter):
                write.increment(*path, by=amount)


def _bump_month(decision: Decision, store_id: str, month: Month) -> None:
    # The version tells readers in one call whether any tally of the month changed.
    write = decision.write(month_path(store_id, month))
    write.fields |= STORE_MONTHS.identity(month)
    write.increments["version",] = 1


def _write_labels(decision: Decision, store_id: str, before: Record, after: Record) -> None:
    known = _labels(before)
    for (month, product_id), labels in _labels(after).items():
        if known.get((month, product_id)) != labels:
            _bump_month(decision, store_id, month)
            write = decision.write(tally_path(store_id, PRODUCT_MONTHS, month, product_id))
            write.fields |= {**PRODUCT_MONTHS.identity(month, product_id), **labels}


def _labels(record: Record) -> dict[tuple[Month, str], dict[str, str | None]]:
    snapshot = record.facts.snapshot if isinstance(record.facts, OrderFacts) else None
    if snapshot is None:
        return {}
    month = Month.of(local_day(snapshot.created_at, record.timezone))
    return {(month, product_id): labels for product_id, labels in product_labels(snapshot).items()}


def _write_order_times(
    decision: Decision, moves: Mapping[Owner, TimesMoved], others: Mapping[Owner, OtherOrders]
) -> None:
    for owner, move in moves.items():
        path = customer_path(*owner)
        if not (move.arrived or move.retracted or path in decision.writes):
            continue
        write = decision.write(path)
        write.fields |= CUSTOMERS.identity(of=owner[1])
        if not move.retracted:
            write.minimums["firstOrderAt"] = to_micros(min(move.all))
            write.maximums["lastOrderAt"] = to_micros(max(move.all))
        elif owner in others:
            times = [*move.all, *others[owner].times]
            write.fields["firstOrderAt"] = to_micros(min(times)) if times else None
            write.fields["lastOrderAt"] = to_micros(max(times)) if times else 0
            write.maximums.pop("lastOrderAt", None)
            # A registration in the same list was read earlier, so its version is the stricter one.
            write.version = write.version or others[owner].version
        else:
            decision.unknown.add(owner)
        write.count_version()
        # The results of the commit then hold all of the customer's counters.
        write.ensure(*CUSTOMERS.counters)
