"""What sold best in a period, from monthly tallies of products or coupons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query
from google.cloud.firestore_v1.field_path import FieldPath

from shared.adapters.firestore.client import stream
from shared.documents.paths import store_path
from shared.domain.period import Month, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A collection of monthly tallies, by the names of their fields.

    `labels` are what they say beside counters, `key` whose they are, `sales` the counter that ranks, and
    `times` the one that is 0 where amendments or refunds took everything back.
    """

    collection: str
    key: str
    labels: tuple[str, ...]
    sales: str
    times: str

    def read(
        self, client: Client, store_id: str, period: Period, limit: int, read_time: datetime
    ) -> list[dict[str, Any]]:
        """Return key, labels and both counters: of the best of a month, or of everything in a range.

        A month costs one call and `limit` reads; a range costs a call and a read of each tally of every
        month that it touches, because the best of a range are known only in the end.
        """
        collection = client.collection(*store_path(store_id), self.collection)
        months = period.months()
        if len(months) == 1 and period.covers(months[0]):
            return self._best_of(collection, months[0], limit, read_time)
        labels: dict[str, dict[str, Any]] = {}
        sums: defaultdict[str, dict[str, int]] = defaultdict(lambda: {self.sales: 0, self.times: 0})
        for month in months:
            for fields, rows in self._of_days(collection, month, period, read_time):
                key = fields[self.key]
                labels[key] = {name: fields[name] for name in (self.key, *self.labels)}
                for row in rows:
                    for counter in (self.sales, self.times):
                        sums[key][counter] += row.get(counter, 0)
        return [fields | sums[key] for key, fields in labels.items()]

    def _best_of(
        self, collection: CollectionReference, month: Month, limit: int, read_time: datetime
    ) -> list[dict[str, Any]]:
        query = (
            collection.where(filter=FieldFilter("month", "==", str(month)))
            .order_by(self.sales, Query.DESCENDING)
            .order_by(self.key)
            .select([self.key, *self.labels, self.sales, self.times])
        )
        best: list[dict[str, Any]] = []
        last: DocumentSnapshot[Any] | None = None
        # What is in no order any more is passed over; there is little of it.
        while True:
            page = (query.start_after(last) if last else query).limit(limit)
            found = list(stream(page, read_time))
            rows = [snapshot.to_dict() or {} for snapshot in found]
            best += [row for row in rows if row[self.times] > 0]
            if len(best) >= limit or len(found) < limit:
                return best[:limit]
            last = found[-1]

    def _of_days(
        self, collection: CollectionReference, month: Month, period: Period, read_time: datetime
    ) -> Iterator[tuple[dict[str, Any], list[dict[str, int]]]]:
        """Yield each tally of the month, and the rows to sum: the month's totals, or the period's days."""
        whole = period.covers(month)
        days = [f"{day.day:02}" for day in Period.of_month(month) if day in period]
        wanted = [self.sales, self.times] if whole else [FieldPath("days", day).to_api_repr() for day in days]
        query = collection.where(filter=FieldFilter("month", "==", str(month)))
        for snapshot in stream(query.select([self.key, *self.labels, *wanted]), read_time):
            fields = snapshot.to_dict() or {}
            yield fields, [fields] if whole else list(fields.get("days", {}).values())


PRODUCTS = Ranking(
    collection="productMonths",
    key="productId",
    labels=("productName", "imgCardUrl"),
    sales="totalSales",
    times="totalOrders",
)

COUPONS = Ranking(
    collection="couponMonths", key="couponCode", labels=(), sales="totalSalesAmount", times="timesUsed"
)
