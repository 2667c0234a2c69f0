"""When a store's figures were last counted again from its orders, for everybody who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from shared import runtime
from shared.documents.paths import reconciliation_path
from shared.domain.period import Month, Period, local_day
from shared.entry.queries import StoreQuery
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import VIEWER, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.reconciliations import LastRecount

routes = Blueprint("recount", __name__)


@routes.get("/store/recount")
@Endpoint(VIEWER, query=StoreQuery, statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def show_recount(query: StoreQuery) -> Answer[LastRecount]:
    """Show how the store's figures last compared with its orders: two document reads.

    Every night, the figures of this month and of the one before are counted again from the orders.
    """
    store = find_store(query.store_id)
    current = Period.of_month(Month.of(local_day(datetime.now(UTC), store.timezone)))
    months = (Month.of(current.start), Month.of(current.previous().start))
    kept = runtime.documents().read([reconciliation_path(store.store_id, month) for month in months])
    reports = [document.fields["report"] for document in kept if document.fields.get("report")]
    last = max(reports, key=lambda report: datetime.fromisoformat(report["readTime"]), default=None)
    return answer_json({"storeId": store.store_id, "recount": last and _show(last)})


def _show(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "month": report["month"],
        "readTime": report["readTime"],
        "orders": report["orders"],
        "differences": report["driftCount"],
        "repaired": report["repaired"],
    }
