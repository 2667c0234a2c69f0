"""Read the orders behind a figure, and one order, from Firestore."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition, InvalidArgument
from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Query

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, in_slots, stream, translated
from shared.dashboard.orders import OrderRead, total_paths
from shared.documents.entries import order_arrivals, order_facts
from shared.documents.paths import Path, order_path, store_path
from shared.domain.behind import CounterOf
from shared.domain.instants import EPOCH
from shared.domain.period import Period
from shared.errors import InstantOutOfReach, RecordUnreadable


class FirestoreOrders:
    """Reads orders. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def totals(
        self, store_id: str, counter: CounterOf, period: Period | None, at: datetime | None
    ) -> tuple[list[dict[str, Any]], datetime]:
        """Return the documents that count the figure, and their read time for further reads.

        Costs one call, and a read for each month of the period, at most 13.

        Raises:
            InstantOutOfReach: Firestore does not know the totals of that instant any more, or yet.
        """
        paths = total_paths(store_id, counter, period)
        found = self._get(paths, at)
        return [snapshot.to_dict() or {} for snapshot in found], found[0].read_time

    def page(
        self,
        store_id: str,
        counter: CounterOf,
        period: Period | None,
        limit: int,
        after: str | None,
        read_time: datetime,
    ) -> list[OrderRead]:
        """Return the orders that add to the figure after that one, the newest first: `limit` reads.

        Costs one call; for a page that continues after an order, one more call and one more read.

        Raises:
            InstantOutOfReach: there was no such order to continue after.
        """
        query = (
            in_slots(self._orders(store_id))
            .where(filter=FieldFilter("countsIn", "array_contains", counter.key))
            .order_by("day", direction=Query.DESCENDING)
            .order_by("createdAt", direction=Query.DESCENDING)
            .order_by("__name__", direction=Query.DESCENDING)
            .limit(limit)
        )
        if period is not None:
            query = query.where(filter=FieldFilter("day", ">=", period.start.isoformat())).where(
                filter=FieldFilter("day", "<=", period.end.isoformat())
            )
        if after is not None:
            [last] = self._get([order_path(store_id, after)], read_time)
            fields = last.to_dict() or {}
            if not fields.get("day"):
                raise InstantOutOfReach("expected the nextCursor of an earlier answer, got another one")
            query = query.start_after(
                {"day": fields["day"], "createdAt": fields["createdAt"], "__name__": last.reference}
            )
        return [_read(snapshot) for snapshot in stream(query, read_time)]

    def read(self, store_id: str, order_id: str) -> OrderRead | None:
        """Return the order, or None if nothing is known of it: one read."""
        [snapshot] = self._get([order_path(store_id, order_id)], None)
        return _read(snapshot) if snapshot.exists else None

    def _get(self, paths: list[Path], at: datetime | None) -> list[DocumentSnapshot[Any]]:
        references = [self._client.document(*path) for path in paths]
        try:
            with translated():
                return list(self._client.get_all(references, retry=RETRY, timeout=TIMEOUT_S, read_time=at))
        except (FailedPrecondition, InvalidArgument) as error:
            raise InstantOutOfReach(f"expected an instant of the last hour, got {at}") from error

    def _orders(self, store_id: str) -> CollectionReference:
        return self._client.collection(*store_path(store_id), "orders")


def _read(snapshot: DocumentSnapshot[Any]) -> OrderRead:
    fields = snapshot.to_dict() or {}
    try:
        return OrderRead(
            order_id=fields["orderId"],
            facts=order_facts(fields),
            timezone=fields["timezone"],
            former_customers=tuple(fields["formerCustomers"]),
            arrivals=order_arrivals(fields),
            first_heard_at=_plain(snapshot.create_time),
            last_changed_at=_plain(snapshot.update_time),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordUnreadable(f"{snapshot.reference.path}: {error}") from error


def _plain(instant: datetime) -> datetime:
    return EPOCH + (instant - EPOCH)
