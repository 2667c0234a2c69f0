"""From changes and what is on record to the writes that bring every counter up to date. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.documents.entries import DocumentWrite, Record, order_fields, registration_fields
from shared.documents.paths import Path, customer_path, month_path, product_path, record_path, tally_path
from shared.domain.changes import Change, OrderChange
from shared.domain.contribution import MONTHLY, ORDER_COUNTERS, Tally, contribution, difference
from shared.domain.customer import Registration
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts
from shared.domain.order_times import OtherOrders, Owner, TimesMoved, times_moved
from shared.domain.period import Month, local_day
from shared.domain.store import Terms

_ID_FIELDS = {
    Tally.PRODUCT: "productId",
    Tally.COUPON: "couponCode",
    Tally.COUPON_MONTH: "couponCode",
    Tally.CUSTOMER: "customerId",
}

_SORTED_BY = {
    Tally.PRODUCT: "totalSales",
    Tally.COUPON: "totalSalesAmount",
    Tally.COUPON_MONTH: "totalSalesAmount",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write, and whether each change moves anything.

    `records` holds each written record as it will be, its version still the one before. `unknown` names
    customers whose order times are taken back: decide again with their `OtherOrders`.
    """

    writes: dict[Path, DocumentWrite] = field(default_factory=dict)
    records: dict[Path, Record] = field(default_factory=dict)
    moved: list[bool] = field(default_factory=list)
    unknown: set[Owner] = field(default_factory=set)

    def write(self, path: Path) -> DocumentWrite:
        """Return the one write to the document."""
        return self.writes.setdefault(path, DocumentWrite(path=path))


def decide(
    changes: Sequence[Change],
    records: Mapping[Path, Record],
    terms: Mapping[str, Terms],
    others: Mapping[Owner, OtherOrders] | None = None,
) -> Decision:
    """Return the writes that add the changes' facts to the records and move the counters with them.

    Args:
        changes: any number, also several about one order.
        records: what is on record, by path: one for each change.
        terms: how each store is counted. A record that was counted in another time zone moves to this one.
        others: what is known of customers whose order times are taken back.
    """
    decision = Decision()
    after = {path: record.facts for path, record in records.items()}
    subjects: dict[Path, Change] = {}
    for change in changes:
        path = record_path(change)
        merged = _merge(after[path], change.facts)
        decision.moved.append(merged != after[path])
        after[path] = merged
        subjects[path] = change
    for path, change in subjects.items():
        before, how = records[path], terms[change.store_id]
        if after[path] != before.facts or (before.is_counted and before.timezone != how.timezone):
            now = Record(facts=after[path], timezone=how.timezone, version=before.version)
            decision.records[path] = now
            _write_record(decision.write(path), change, now)
            _write_counters(decision, change.store_id, before, now, how.shard)
            _write_labels(decision, change.store_id, before, now, how.shard)
    moves = times_moved(
        (change.store_id, records[path].facts, after[path])
        for path, change in subjects.items()
        if isinstance(change, OrderChange)
    )
    _write_order_times(decision, moves, others or {})
    return decision


def _merge(known: OrderFacts | Registration, new: OrderFacts | Registration) -> OrderFacts | Registration:
    if isinstance(known, OrderFacts) and isinstance(new, OrderFacts):
        return known.merge(new)
    if isinstance(known, Registration) and isinstance(new, Registration):
        return known.merge(new)
    raise TypeError(f"{type(new).__name__} can't be added to a record of {type(known).__name__}")


def _write_record(write: DocumentWrite, change: Change, record: Record) -> None:
    write.version = record.version
    if isinstance(change, OrderChange) and isinstance(record.facts, OrderFacts):
        write.fields.update(order_fields(change.order_id, record.facts, record.timezone))
        # Whoever finds the entry in all stores' orders at once can't tell it from the path.
        write.fields["storeId"] = change.store_id
    elif not isinstance(change, OrderChange) and isinstance(record.facts, Registration):
        write.fields.update(registration_fields(change.customer_id, record.facts, record.timezone))
        # Queries sort by them, and pass over documents without them.
        write.maximums["lastOrderAt"] = 0
        for counter in ORDER_COUNTERS:
            write.increment(counter, by=0)


def _write_counters(decision: Decision, store_id: str, before: Record, after: Record, shard: int) -> None:
    # The zone that the record was counted in, so that exactly what was added is taken back.
    moved = difference(contribution(before.facts, before.timezone), contribution(after.facts, after.timezone))
    for cell, amount in moved.items():
        write = decision.write(tally_path(store_id, cell, shard))
        write.increment(cell.counter, by=amount)
        if cell.tally in MONTHLY:
            _mark_month(decision, store_id, Month.of(cell.day), shard)
            write.fields["month"] = str(Month.of(cell.day))
            write.increment("days", f"{cell.day.day:02}", cell.counter, by=amount)
        if cell.tally in _SORTED_BY:
            # Queries pass over documents without it.
            write.increment(_SORTED_BY[cell.tally], by=0)
        if cell.tally is not Tally.STORE:
            write.fields[_ID_FIELDS[cell.tally]] = cell.of


def _mark_month(decision: Decision, store_id: str, month: Month, shard: int) -> None:
    # Whoever reads sees by the version, in one call, that anything of the month changed.
    write = decision.write(month_path(store_id, month, shard))
    write.fields["month"] = str(month)
    write.increments["version",] = 1


def _write_labels(decision: Decision, store_id: str, before: Record, after: Record, shard: int) -> None:
    known = _labels(before)
    for (month, product_id), (name, image_url) in _labels(after).items():
        if known.get((month, product_id)) != (name, image_url):
            _mark_month(decision, store_id, month, shard)
            write = decision.write(product_path(store_id, month, product_id))
            write.fields.update(
                month=str(month), productId=product_id, productName=name, imgCardUrl=image_url
            )


def _labels(record: Record) -> dict[tuple[Month, str], tuple[str, str | None]]:
    snapshot = record.facts.snapshot if isinstance(record.facts, OrderFacts) else None
    if snapshot is None:
        return {}
    month = Month.of(local_day(snapshot.created_at, record.timezone))
    return {(month, item.product_id): (item.product_name, item.image_url) for item in snapshot.items}


def _write_order_times(
    decision: Decision, moves: Mapping[Owner, TimesMoved], others: Mapping[Owner, OtherOrders]
) -> None:
    for owner, move in moves.items():
        path = customer_path(*owner)
        if not (move.arrived or move.retracted or path in decision.writes):
            continue
        write = decision.write(path)
        write.fields["customerId"] = owner[1]
        if not move.retracted:
            write.minimums["firstOrderAt"] = to_micros(min(move.all))
            write.maximums["lastOrderAt"] = to_micros(max(move.all))
        elif owner in others:
            times = [*move.all, *others[owner].times]
            write.fields["firstOrderAt"] = to_micros(min(times)) if times else None
            write.fields["lastOrderAt"] = to_micros(max(times)) if times else 0
            write.maximums.pop("lastOrderAt", None)
            # A registration in the same list was read earlier: its version is the stricter one.
            write.version = write.version or others[owner].version
        else:
            decision.unknown.add(owner)
        write.increment("version", by=1)
        for counter in ORDER_COUNTERS:
            # Nothing added is still answered: the commit's results are the customer's whole metrics.
            write.increment(counter, by=0)
