"""Customer lookups over HTTP: how they go, and how they are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from shared import runtime
from shared.baskets.calls import ANSWERED, show_call
from shared.baskets.lookup_config import LookupConfig, StoreLookupConfig
from shared.domain.call_report import CallResult, report
from shared.entry import audit
from shared.entry.cursor import write_cursor
from shared.entry.problem import Problem
from shared.entry.queries import StoreQuery, TimePageQuery
from shared.entry.request_input import refused_as_bad_request
from shared.entry.views import ADMIN, OPERATOR, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.operations import LookupCalls

MOST_RESULTS = 1000
"""Calls that a report looks at; of more, the newest."""

routes = Blueprint("lookups", __name__)


@routes.get("/store/lookups")
@Endpoint(ADMIN, query=TimePageQuery)
def list_lookups(query: TimePageQuery) -> Answer[LookupCalls]:
    """List the calls of the customer API for a store, the newest first, with a report on the last day."""
    now = datetime.now(UTC)
    day = runtime.lookup_calls().results(query.store_id, now - timedelta(days=1), MOST_RESULTS)
    found, following = runtime.lookup_calls().page(query.store_id, query.limit, query.cursor)
    an_hour_ago = now - timedelta(hours=1)
    hour = [fields for fields in day if fields["calledAt"] >= an_hour_ago]
    return answer_json(
        {
            "lastHour": _report(hour, is_complete=len(hour) < MOST_RESULTS),
            "lastDay": _report(day, is_complete=len(day) < MOST_RESULTS),
            "calls": [show_call(fields) for fields in found],
            "nextCursor": write_cursor(following),
        }
    )


@routes.get("/config/customer-lookup")
@Endpoint(OPERATOR, statuses={HTTPStatus.NOT_FOUND: "Customer lookup is not configured."})
def show_configuration() -> Answer[LookupConfig]:
    """Show how customers are looked up. A change takes effect within half a minute."""
    config = runtime.lookup_configuration().stored()
    if config is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not configured; PUT /config/customer-lookup does it")
    return answer_json(config.model_dump())


@routes.put("/config/customer-lookup")
@Endpoint(
    OPERATOR,
    body=LookupConfig,
    context=lambda: runtime.lookup_configuration().context(),
    audited="lookups.configured",
)
def put_configuration(body: LookupConfig) -> Answer[LookupConfig]:
    """Configure how customers are looked up. A key that is left out gets its default."""
    before = runtime.lookup_configuration().stored()
    runtime.lookup_configuration().put(body)
    audit.changed(before.model_dump() if before else None, body.model_dump())
    return answer_json(body.model_dump())


@routes.get("/store/customer-lookup")
@Endpoint(ADMIN, query=StoreQuery)
def show_store_configuration(query: StoreQuery) -> Answer[StoreLookupConfig]:
    """Show what a store has otherwise than `GET /config/customer-lookup`."""
    return answer_json(runtime.lookup_configuration().stored_of(query.store_id).model_dump())


@routes.put("/store/customer-lookup")
@Endpoint(ADMIN, query=StoreQuery, body=StoreLookupConfig, audited="lookups.configured")
def put_store_configuration(query: StoreQuery, body: StoreLookupConfig) -> Answer[StoreLookupConfig]:
    """Configure how a store's customers are looked up; a key that is left out is as for all stores."""
    before = runtime.lookup_configuration().stored_of(query.store_id)
    with refused_as_bad_request():
        runtime.lookup_configuration().put_of(query.store_id, body)
    audit.changed(before.model_dump(), body.model_dump())
    return answer_json(body.model_dump())


def _report(calls: list[dict[str, Any]], *, is_complete: bool) -> dict[str, Any]:
    results = [
        CallResult(is_answered=fields["outcome"] in ANSWERED, duration_ms=fields["durationMs"])
        for fields in calls
    ]
    return report(results) | {"complete": is_complete}
