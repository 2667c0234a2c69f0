"""Compare a file of another system's counters with the ledger, and print what differs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, TextIO

from infra.compare.counters import CountersUnreadable, OldMonth, is_money, read_counters
from infra.compare.differences import Behind, Counted, differences
from infra.compare.ledger import count_month, counted_in
from shared.domain.instants import to_rfc3339
from shared.domain.money import exponent, to_major
from shared.domain.store import Store
from shared.reconcile.store_snapshot import StoreSnapshot

HEADER = ("storeId", "month", "figure", "kind", "id", "adds", "day", "statuses")


class Ledgers(NamedTuple):
    """The ledgers that are compared with.

    find: returns a store, or None.
    months: returns how many orders each month of a store has, as {"2026-11": 120}, and the instant of that;
        None for a store that has nothing.
    snapshot: opens a store as of an instant.
    """

    find: Callable[[str], Store | None]
    months: Callable[[str], tuple[Mapping[str, int], datetime | None]]
    snapshot: Callable[[str, datetime], StoreSnapshot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Where findings go.

    say: prints a line.
    most: how many orders to print for each difference.
    orders: takes every order behind a difference as CSV, if anything does.
    """

    say: Callable[[str], object]
    most: int
    orders: TextIO | None = None


def compare(data: bytes, store_id: str | None, ledgers: Ledgers, report: Report) -> int:
    """Report every difference with the orders behind it, and return how many there are.

    Each month is read as of one instant: once, and once more where a figure differs. Orders are streamed.

    Args:
        data: the file; see `read_counters`.
        store_id: the store of all rows; None where each names its own.
        ledgers: what we count.
        report: where findings go.

    Raises:
        CountersUnreadable: the file, or a store that it names, can't be compared; nothing was.
    """
    old_months = read_counters(data, store_id)
    stores = {old.store_id: _find(old.store_id, ledgers) for old in old_months}
    for old in old_months:
        _check_decimals(old, stores[old.store_id])
    if report.orders:
        csv.writer(report.orders).writerow(HEADER)
    found = 0
    for of, of_store in groupby(old_months, key=lambda old: old.store_id):
        months = [*of_store]
        found += sum(_compare_month(old, stores[of], ledgers, report) for old in months)
        compared = {str(old.month) for old in months}
        for month, orders in ledgers.months(of)[0].items():
            if orders and month not in compared:
                report.say(
                    f"Store {of}, {month}: {orders:,} orders, but the file does not have this month.\n"
                )
    figures = sum(len(old.figures) for old in old_months)
    report.say(f"{figures:,} figures of {len(old_months):,} months compared, {found:,} differ.")
    return found


def _find(store_id: str, ledgers: Ledgers) -> Store:
    store = ledgers.find(store_id)
    if store is None:
        raise CountersUnreadable(f"storeId: expected a store that exists, got {store_id!r}")
    return store


def _check_decimals(old: OldMonth, store: Store) -> None:
    try:
        list(differences(old, {}, store.currency))
    except ValueError as error:
        raise CountersUnreadable(f"store {old.store_id!r}, {old.month}: {error}") from error


def _compare_month(old: OldMonth, store: Store, ledgers: Ledgers, report: Report) -> int:
    _, at = ledgers.months(store.store_id)
    snapshot = ledgers.snapshot(store.store_id, at) if at else None
    ours = count_month(snapshot, old.month) if snapshot else {}
    behind = [Behind(difference=one, most=report.most) for one in differences(old, ours, store.currency)]
    if not behind:
        return 0
    if snapshot:
        for counted in counted_in(snapshot, old.month):
            for one in behind:
                if one.take(counted) and report.orders:
                    row = _row(one, counted, store.currency)
                    csv.writer(report.orders).writerow([old.store_id, old.month, *row])
    as_of = f", as of {to_rfc3339(at)}" if at else ""
    report.say(f"Store {old.store_id}, {old.month}{as_of}:")
    for one in behind:
        for line in _lines(one, store.currency):
            report.say(line)
    report.say("")
    return len(behind)


def _row(behind: Behind, counted: Counted, currency: str | None) -> list[str]:
    figure = behind.difference.figure
    adds = _amount(figure, counted.adds.get(figure, 0), currency)
    return [figure, counted.kind, counted.of, adds, counted.day.isoformat(), " ".join(counted.statuses)]


def _lines(behind: Behind, currency: str | None) -> Iterator[str]:
    one = behind.difference
    theirs, ours, by = (_amount(one.figure, amount, currency) for amount in (one.theirs, one.ours, one.by))
    sign = "+" if one.by > 0 else ""
    yield f"  {one.figure}: theirs {theirs}, ours {ours}, difference {sign}{by}"
    best = behind.best()
    for counted in best:
        _, kind, of, adds, day, statuses = _row(behind, counted, currency)
        known = f", {statuses}" if statuses else ""
        exact = "  <- exactly the difference" if behind.is_exact(counted) else ""
        yield f"    {kind} {of} adds {adds} on {day}{known}{exact}"
    if behind.total > len(best):
        yield f"    and {behind.total - len(best):,} more"


def _amount(figure: str, amount: int, currency: str | None) -> str:
    if not currency or not is_money(figure):
        return str(amount)
    return f"{to_major(amount, currency):.{exponent(currency)}f}"
