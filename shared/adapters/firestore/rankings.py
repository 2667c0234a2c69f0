"""Read what sold best in a period from the monthly tallies of products or coupons."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query
from google.cloud.firestore_v1.field_path import FieldPath

from shared.adapters.firestore.client import stream
from shared.documents.paths import store_path
from shared.domain.dashboard import Ranked
from shared.domain.period import Month, Period
from shared.domain.tallies import Tally
from shared.errors import RangeTooCostly


def read_ranking(
    client: Client,
    tally: Tally,
    store_id: str,
    period: Period,
    limit: int,
    read_time: datetime,
    most_reads: int,
) -> list[Ranked]:
    """Return the best of a month, or everything that sold in a range.

    A month costs one call and `limit` reads. A range costs a call for each month that it touches and a read
    of each of its tallies: the best of a range are known only once all are summed.

    Raises:
        RangeTooCostly: a range has more tallies than `most_reads`; these many, and one more, were read.
    """
    collection = client.collection(*store_path(store_id), tally.collection)
    months = period.months()
    if len(months) == 1 and period.covers(months[0]):
        return _best_of(collection, tally, months[0], limit, read_time)
    return _summed(tally, period, partial(_of_month, collection), read_time, most_reads)


def read_page(
    client: Client, tally: Tally, store_id: str, period: Period, after: str, limit: int, read_time: datetime
) -> list[Ranked]:
    """Return the first things after an id, by id, each with its sums over the period.

    Costs a call and at most `limit` reads for each month that the period touches: among the first `limit`
    ids of all months there is none that a month has not told.
    """
    collection = client.collection(*store_path(store_id), tally.collection)

    def page(month: Month, most: int) -> Query:
        query = _of_month(collection, month, min(limit, most)).order_by(tally.id_field)
        return query.start_after({tally.id_field: after}) if after else query

    found = _summed(tally, period, page, read_time, len(period.months()) * limit)
    return sorted(found, key=lambda one: one.of)[:limit]


def _best_of(
    collection: CollectionReference, tally: Tally, month: Month, limit: int, read_time: datetime
) -> list[Ranked]:
    query = (
        _of_month(collection, month, limit)
        .order_by(tally.sorted_by, Query.DESCENDING)
        .order_by(tally.id_field)
        .select([tally.id_field, *tally.labels, *tally.counters])
    )
    best: list[Ranked] = []
    last: DocumentSnapshot[Any] | None = None
    # Skip things that no longer count in any order; there are few of them.
    while True:
        page = query.start_after(last) if last else query
        found = list(stream(page, read_time))
        ranked = [read_ranked(tally, snapshot.to_dict() or {}) for snapshot in found]
        best += [one for one in ranked if one.counters[tally.occurrences] > 0]
        if len(best) >= limit or len(found) < limit:
            return best[:limit]
        last = found[-1]


def read_ranked(tally: Tally, fields: Mapping[str, Any]) -> Ranked:
    """Return the totals of one document."""
    return Ranked(
        of=fields[tally.id_field],
        labels=tally.labels_of(fields),
        counters={counter: fields.get(counter, 0) for counter in tally.counters},
    )


def _of_month(collection: CollectionReference, month: Month, most: int) -> Query:
    return collection.where(filter=FieldFilter("month", "==", str(month))).limit(most)


def _summed(
    tally: Tally, period: Period, query: Callable[[Month, int], Query], read_time: datetime, most_reads: int
) -> list[Ranked]:
    """Return what the query of each month finds, which takes the most it may find, summed over the period."""
    labels: dict[str, dict[str, Any]] = {}
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    left = most_reads
    for month in period.months():
        for fields, rows in _rows(query(month, left + 1), tally, month, period, read_time):
            if left == 0:
                raise RangeTooCostly(
                    f"expected a range with at most {most_reads} tallies of products or coupons in its"
                    " months, got more; ask for fewer days, or for a calendar month"
                )
            left -= 1
            of = fields[tally.id_field]
            labels[of] = tally.labels_of({**labels.get(of, {}), **fields})
            for row in rows:
                sums[of].update({counter: row.get(counter, 0) for counter in tally.counters})
    return [Ranked(of=of, labels=labels[of], counters=sums[of]) for of in labels]


def _rows(
    query: Query, tally: Tally, month: Month, period: Period, read_time: datetime
) -> Iterator[tuple[dict[str, Any], list[dict[str, int]]]]:
    """Yield the fields of each tally of the month, and the rows to sum: its totals, or days of the period."""
    whole = period.covers(month)
    days = [f"{day.day:02}" for day in Period.of_month(month) if day in period]
    wanted = tally.counters if whole else [FieldPath("days", day).to_api_repr() for day in days]
    for snapshot in stream(query.select([tally.id_field, *tally.labels, *wanted]), read_time):
        fields = snapshot.to_dict() or {}
        yield fields, [fields] if whole else list(fields.get("days", {}).values())
