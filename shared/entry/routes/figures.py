"""A store's dashboard, as JSON, as CSV and as an Excel workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from shared import runtime
from shared.adapters.quota import OverQuota
from shared.dashboard.read import DashboardReading
from shared.domain.viewer import Viewer
from shared.entry import audit
from shared.entry.cursor import write_cursor
from shared.entry.dashboard_query import DashboardQuery
from shared.entry.problem import Problem
from shared.entry.returning_query import ReturningQuery
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import VIEWER, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.dashboard import Dashboard, DashboardCsv, DashboardXlsx
    from shared.entry.responses.returning import ReturningCustomers

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_STATUSES = {
    HTTPStatus.NOT_FOUND: NO_STORE,
    HTTPStatus.TOO_MANY_REQUESTS: "Too many months of ranges in a minute; see `Retry-After`.",
}

routes = Blueprint("figures", __name__)


@routes.get("/store/dashboard")
@Endpoint(VIEWER, query=DashboardQuery, conditional=True, statuses=_STATUSES)
def show_dashboard(query: DashboardQuery, viewer: Viewer) -> Answer[Dashboard]:
    """Show a store's figures for a month or a range of days.

    Give `year` and `month`, or `startDate` and `endDate`, or neither for the store's current month. The
    header `As-Of` is the instant of the figures; a 304 has it too.

    A calendar month costs few reads. A range of days sums every product and coupon of its months, so it has
    limits, here and in exports: a caller may read 300 months of ranges a minute in a store
    (`SUBJECT_RANGE_MONTHS_PER_MINUTE`), and all callers together 3,000 (`STORE_RANGE_MONTHS_PER_MINUTE`); a
    304 counts as none. A range whose months hold more than 20,000 products or coupons, counted anew in each
    month (`MOST_RANGE_READS`), is a 400.
    """
    reading = _open(query)
    if request.if_none_match.contains_weak(reading.etag):
        # What nobody asked for need not be read: most requests of a page that is left open end here.
        response: Answer[Dashboard] = Answer(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = answer_json(_view(reading, query, viewer))
    response.headers["As-Of"] = reading.as_of
    response.set_etag(reading.etag, weak=True)
    return response


@routes.get("/store/dashboard.csv")
@Endpoint(
    VIEWER,
    query=DashboardQuery,
    audited="dashboard.exported",
    statuses=_STATUSES,
)
def export_dashboard(query: DashboardQuery, viewer: Viewer) -> Answer[DashboardCsv]:
    """Export the figures of `GET /store/dashboard` as CSV."""
    # Only who exports waits for it to load.
    from shared.dashboard.export import write_csv

    return _export(query, viewer, write_csv, "csv", "text/csv; charset=utf-8")


@routes.get("/store/dashboard.xlsx")
@Endpoint(
    VIEWER,
    query=DashboardQuery,
    audited="dashboard.exported",
    statuses=_STATUSES,
)
def export_workbook(query: DashboardQuery, viewer: Viewer) -> Answer[DashboardXlsx]:
    """Export the figures of `GET /store/dashboard` as an Excel workbook.

    It has the rows of the CSV. Every spreadsheet reads its numbers as numbers, whatever its language.
    """
    from shared.dashboard.export import write_xlsx

    return _export(query, viewer, write_xlsx, "xlsx", _XLSX)


@routes.get("/store/returning-customers")
@Endpoint(VIEWER, query=ReturningQuery, statuses=_STATUSES)
def show_returning_customers(query: ReturningQuery, viewer: Viewer) -> Answer[ReturningCustomers]:
    """Show how many orders of a month or a range of days came from customers who had ordered before.

    An order without a customer is left out. Any earlier order counts, whatever became of it. Of two orders of
    a customer at the same instant, one is the first. When an older order arrives late, or an order moves to
    another customer, the figures follow at once.

    Costs a document read for each month and for each 1,000 customers whose first order is in the period.
    Hence all its months, and those compared with, count against the limits of `GET /store/dashboard`.
    """
    # Only who asks waits for it to load.
    from shared.dashboard.returning import ReturningReading, Sources

    sources = Sources(runtime.tallies(), runtime.customers(), runtime.deltas())
    store = find_store(query.store_id)
    reading = ReturningReading(sources, store, query.period(), query.compare, datetime.now(UTC))
    _take(query.store_id, viewer, len(reading.months))
    return answer_json(reading.view())


def _export(
    query: DashboardQuery,
    viewer: Viewer,
    write: Callable[[Mapping[str, Any]], str | bytes],
    suffix: str,
    content_type: str,
) -> Answer[Any]:
    view = _view(_open(query), query, viewer)
    audit.of(f"{view['period']['startDate']}/{view['period']['endDate']}")
    name = f"dashboard-{view['period']['startDate']}-{view['period']['endDate']}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(write(view), headers=headers, content_type=content_type)


def _open(query: DashboardQuery) -> DashboardReading:
    store = find_store(query.store_id)
    return DashboardReading(runtime.tallies(), store, query.question(), datetime.now(UTC))


def _view(reading: DashboardReading, query: DashboardQuery, viewer: Viewer) -> dict[str, Any]:
    """Return the dashboard. A range counts against the caller's quota, and the store's, by its months."""
    if months := reading.summed_months:
        _take(query.store_id, viewer, months)
    view = reading.view()
    if "nextCursor" in view:
        view["nextCursor"] = write_cursor(view["nextCursor"])
    return view


def _take(store_id: str, viewer: Viewer, months: int) -> None:
    """Count months against the quotas of the caller and the store; raise the 429 where they are used up."""
    try:
        runtime.range_quota().take(store_id, viewer.identity, months)
    except OverQuota as error:
        detail = f"too many months of ranges in a minute; try again in {error.wait_s} s"
        headers = {"Retry-After": str(error.wait_s)}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail, {}, headers) from None
