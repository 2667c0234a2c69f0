"""The counters of stores and products in Firestore, read at one instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query
from google.cloud.firestore_v1.field_path import FieldPath

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.domain.dashboard import MonthTotals, Product
from shared.domain.period import Month, Period
from shared.paths import month_path, store_path

_LABELS = ("productId", "productName", "imgCardUrl")


class FirestoreTallies:
    """Reads tallies. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def daily_rows(
        self, store_id: str, months: Collection[Month]
    ) -> tuple[dict[date, dict[str, int]], datetime]:
        """Return the store's counters by day, and the time of the reading for others to read at: one call."""
        references = [self._client.document(*month_path(store_id, month)) for month in months]
        with translated():
            snapshots = list(self._client.get_all(references, retry=RETRY, timeout=TIMEOUT_S))
        rows: dict[date, dict[str, int]] = {}
        for snapshot in snapshots:
            if snapshot.exists:
                month = Month.parse(snapshot.get("month"))
                days: dict[str, dict[str, int]] = snapshot.get("days")
                rows |= {date(month.year, month.month, int(day)): row for day, row in days.items()}
        return rows, snapshots[0].read_time

    def history(self, store_id: str, read_time: datetime) -> list[MonthTotals]:
        """Return the totals of every month, oldest first: one call, a read for each month of the store."""
        months = self._collection(store_id, "months").order_by("month")
        query = months.select(["month", "totalOrders", "registeredCustomers"])
        return [
            MonthTotals(
                month=Month.parse(fields["month"]),
                orders=fields.get("totalOrders", 0),
                registered_customers=fields.get("registeredCustomers", 0),
            )
            for fields in _stream(query, read_time)
        ]

    def products(self, store_id: str, period: Period, limit: int, read_time: datetime) -> list[Product]:
        """Return what sold in the period: the best of a month, or everything of a range.

        A month costs one call and `limit` reads; a range costs a call and a read of each of its products
        for every month that it touches, because the best of a range are known only in the end.
        """
        months = period.months()
        if len(months) == 1 and period.covers(months[0]):
            return self._best_of(store_id, months[0], limit, read_time)
        sales: defaultdict[str, int] = defaultdict(int)
        orders: defaultdict[str, int] = defaultdict(int)
        labels: dict[str, tuple[str, str | None]] = {}
        for month in months:
            for fields in self._of_days(store_id, month, period, read_time):
                product_id = fields["productId"]
                labels[product_id] = (fields["productName"], fields["imgCardUrl"])
                for row in fields["rows"]:
                    sales[product_id] += row.get("totalSales", 0)
                    orders[product_id] += row.get("totalOrders", 0)
        return [
            Product(
                product_id=product_id, name=name, image_url=image, sales_minor=sales[product_id],
                orders=orders[product_id],
            )
            for product_id, (name, image) in labels.items()
        ]  # fmt: skip

    def _best_of(self, store_id: str, month: Month, limit: int, read_time: datetime) -> list[Product]:
        query = (
            self._collection(store_id, "productMonths")
            .where(filter=FieldFilter("month", "==", str(month)))
            .order_by("totalSales", Query.DESCENDING)
            .order_by("productId")
            .select([*_LABELS, "totalSales", "totalOrders"])
        )
        products: list[Product] = []
        last: DocumentSnapshot[Any] | None = None
        # Products that amendments took out of every order are passed over; they are few.
        while True:
            page = (query.start_after(last) if last else query).limit(limit)
            with translated():
                found = list(page.stream(retry=RETRY, timeout=TIMEOUT_S, read_time=read_time))
            products += [
                Product(
                    product_id=snapshot.get("productId"),
                    name=snapshot.get("productName"),
                    image_url=snapshot.get("imgCardUrl"),
                    sales_minor=snapshot.get("totalSales"),
                    orders=snapshot.get("totalOrders"),
                )
                for snapshot in found
                if snapshot.get("totalOrders") > 0
            ]
            if len(products) >= limit or len(found) < limit:
                return products[:limit]
            last = found[-1]

    def _of_days(
        self, store_id: str, month: Month, period: Period, read_time: datetime
    ) -> Iterator[dict[str, Any]]:
        """Yield each product of the month with its `rows`: the month's totals, or the period's days."""
        whole = period.covers(month)
        days = [f"{day.day:02}" for day in Period.of_month(month) if day in period]
        wanted = ["totalSales", "totalOrders"] if whole else [_day_path(day) for day in days]
        query = self._collection(store_id, "productMonths").where(
            filter=FieldFilter("month", "==", str(month))
        )
        for fields in _stream(query.select([*_LABELS, *wanted]), read_time):
            rows = [fields] if whole else list(fields.get("days", {}).values())
            yield {**fields, "rows": rows}

    def _collection(self, store_id: str, name: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), name)


def _stream(query: Query, read_time: datetime) -> Iterator[dict[str, Any]]:
    with translated():
        for snapshot in query.stream(retry=RETRY, timeout=TIMEOUT_S, read_time=read_time):
            yield snapshot.to_dict() or {}


def _day_path(day: str) -> str:
    return FieldPath("days", day).to_api_repr()
