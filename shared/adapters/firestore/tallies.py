"""The counters of stores, products and coupons in Firestore, read at one instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime

from google.cloud.firestore import Client, CollectionReference, FieldFilter

from shared.adapters.firestore.client import stream
from shared.adapters.firestore.rankings import COUPONS, PRODUCTS
from shared.documents.paths import store_path
from shared.domain.dashboard import Coupon, MonthTotals, Product
from shared.domain.period import Month, Period


class FirestoreTallies:
    """Reads tallies. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def history(self, store_id: str) -> tuple[list[MonthTotals], datetime | None]:
        """Return the totals of every month, oldest first, and the time of the reading for others to read at.

        One call, and a read for each month of the store, or each shard of it. The time is None where the
        store has no month yet: then nothing else is found either.
        """
        totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
        read_time = None
        query = self._months(store_id).select(["month", "totalOrders", "registeredCustomers", "version"])
        for snapshot in stream(query):
            fields = snapshot.to_dict() or {}
            totals[fields.pop("month")].update(fields)
            read_time = snapshot.read_time
        months = [
            MonthTotals(
                month=Month.parse(month),
                orders=counters["totalOrders"],
                registered_customers=counters["registeredCustomers"],
                version=counters["version"],
            )
            for month, counters in sorted(totals.items())
        ]
        return months, read_time

    def daily_rows(
        self, store_id: str, months: Collection[Month], read_time: datetime
    ) -> dict[date, Counter[str]]:
        """Return the store's counters by day, summed over shards, for at most 30 months: one call."""
        query = self._months(store_id).where(filter=FieldFilter("month", "in", [*map(str, months)]))
        rows: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for snapshot in stream(query.select(["month", "days"]), read_time):
            fields = snapshot.to_dict() or {}
            month = Month.parse(fields["month"])
            for day, counters in fields.get("days", {}).items():
                rows[date(month.year, month.month, int(day))].update(counters)
        return rows

    def products(self, store_id: str, period: Period, limit: int, read_time: datetime) -> list[Product]:
        """Return what sold in the period, the best of a month or all of a range: see `Ranking.read`."""
        return [
            Product(
                product_id=row["productId"],
                name=row["productName"],
                image_url=row["imgCardUrl"],
                sales_minor=row["totalSales"],
                orders=row["totalOrders"],
            )
            for row in PRODUCTS.read(self._client, store_id, period, limit, read_time)
        ]

    def coupons(self, store_id: str, period: Period, limit: int, read_time: datetime) -> list[Coupon]:
        """Return what coupons sold in the period, as `products` does."""
        return [
            Coupon(code=row["couponCode"], times_used=row["timesUsed"], sales_minor=row["totalSalesAmount"])
            for row in COUPONS.read(self._client, store_id, period, limit, read_time)
        ]

    def _months(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), "months")
