"""Read the tallies of a store from Firestore, all at one instant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from google.api_core.exceptions import FailedPrecondition, InvalidArgument
from google.cloud.firestore import Client, CollectionReference, FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from shared.adapters.firestore.client import stream
from shared.adapters.firestore.rankings import read_page, read_ranking
from shared.documents.paths import store_path
from shared.domain.dashboard import MonthTotals, Ranked, StoreRows
from shared.domain.period import Month, Period
from shared.domain.tallies import PRODUCT_MONTHS, STORE_MONTHS, Tally
from shared.errors import InstantOutOfReach


class FirestoreTallies:
    """Reads tallies. Safe to share between threads."""

    def __init__(self, client: Client, most_range_reads: int) -> None:
        self._client = client
        self._most_range_reads = most_range_reads

    def history(self, store_id: str, at: datetime | None = None) -> tuple[list[MonthTotals], datetime | None]:
        """Return the totals of every month, oldest first, and their read time for further reads.

        Costs one call, and a read for each month. The time is None where the store has no
        month yet: then there is nothing else to read either.

        Args:
            store_id: the store.
            at: as of when; None for now.

        Raises:
            InstantOutOfReach: Firestore does not know the totals of that instant any more, or yet.
        """
        months = []
        read_time = None
        query = self._months(store_id).select(["month", "totalOrders", "registeredCustomers", "version"])
        try:
            for snapshot in stream(query, at):
                fields = snapshot.to_dict() or {}
                totals = MonthTotals(
                    month=Month.parse(fields["month"]),
                    orders=fields.get("totalOrders", 0),
                    registered_customers=fields.get("registeredCustomers", 0),
                    version=fields.get("version", 0),
                )
                months.append(totals)
                read_time = snapshot.read_time
        except (FailedPrecondition, InvalidArgument) as error:
            raise InstantOutOfReach(f"expected an instant of the last hour, got {at}") from error
        return months, read_time

    def rows(
        self, store_id: str, months: Collection[Month], with_hours: Collection[date], read_time: datetime
    ) -> StoreRows:
        """Return the store's counters by day, and by hour of some days: one call for at most 30 months."""
        query = self._months(store_id).where(filter=FieldFilter("month", "in", [*map(str, months)]))
        # Of all months, which costs less than a call for each.
        hours = sorted({FieldPath("hours", f"{day.day:02}").to_api_repr() for day in with_hours})
        days: dict[date, dict[str, int]] = {}
        by_hour: dict[date, dict[str, dict[str, int]]] = {}
        for snapshot in stream(query.select(["month", "days", *hours]), read_time):
            fields = snapshot.to_dict() or {}
            first = Month.parse(fields["month"]).first_day
            days |= {first.replace(day=int(day)): row for day, row in fields.get("days", {}).items()}
            by_hour |= {first.replace(day=int(day)): row for day, row in fields.get("hours", {}).items()}
        return StoreRows(days=days, hours=by_hour)

    def ranking(
        self, tally: Tally, store_id: str, period: Period, limit: int, read_time: datetime
    ) -> list[Ranked]:
        """Return the best products or coupons of a month, or all of a range: see `read_ranking`."""
        most = self._most_range_reads
        return read_ranking(self._client, tally, store_id, period, limit, read_time, most)

    def products(
        self, store_id: str, period: Period, after: str, limit: int, read_time: datetime
    ) -> list[Ranked]:
        """Return the first products after an id, by id: see `read_page`."""
        return read_page(self._client, PRODUCT_MONTHS, store_id, period, after, limit, read_time)

    def _months(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), STORE_MONTHS.collection)
