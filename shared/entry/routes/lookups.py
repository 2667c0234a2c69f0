"""Customer lookups over HTTP: how they went, why a basket has its customer, and how they are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from shared import runtime
from shared.baskets.lookup_config import LookupConfig, StoreLookupConfig
from shared.entry import audit
from shared.entry.calls_query import CallsQuery
from shared.entry.cursor import write_cursor
from shared.entry.problem import Problem
from shared.entry.queries import StoreQuery
from shared.entry.request_input import refused_as_bad_request
from shared.entry.views import ADMIN, OPERATOR, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.domain.call_report import CallResult
    from shared.entry.responses.lookups import CallRead, LookupCalls

MOST_RESULTS = 1000
"""Entries that a report looks at; of more, the newest."""

routes = Blueprint("lookups", __name__)


@routes.get("/store/lookups")
@Endpoint(ADMIN, query=CallsQuery)
def list_lookups(query: CallsQuery) -> Answer[LookupCalls]:
    """List the history of a store's lookups, the newest first, with a report on the last day.

    An entry is a call of the customer API, or the use of an earlier answer: `answeredBy` is then the `callId`
    of the call that brought it. The entries of a basket tell why it has its customer.
    """
    # Only who looks into lookups waits for these to load.
    from shared.baskets.calls import show_call
    from shared.domain.call_report import by_hour, report

    now = datetime.now(UTC)
    read = runtime.lookup_calls().results(query.store_id, now - timedelta(days=1), MOST_RESULTS)
    found, following = runtime.lookup_calls().page(query.store_id, query.limit, query.cursor, query.only())
    day = [_result(fields) for fields in read]
    hour = [result for result in day if result.at >= now - timedelta(hours=1)]
    return answer_json(
        {
            "lastHour": report(hour) | {"complete": len(hour) < MOST_RESULTS},
            "lastDay": report(day) | {"complete": len(day) < MOST_RESULTS},
            "hours": by_hour(day, now),
            "calls": [show_call(fields) for fields in found],
            "nextCursor": write_cursor(following),
        }
    )


@routes.get("/store/lookups/<id:call_id>")
@Endpoint(
    ADMIN,
    query=StoreQuery,
    audited="lookups.read",
    statuses={HTTPStatus.NOT_FOUND: "There is no such entry in this store."},
)
def show_lookup(call_id: str, query: StoreQuery) -> Answer[CallRead]:
    """Show one entry of the history with the API's whole response, up to 64 KiB.

    The response has personal data of the customer, so the audit trail records who read it.
    """
    from shared.baskets.calls import show_call

    audit.of(call_id)
    fields = runtime.lookup_calls().find(query.store_id, call_id)
    if fields is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no such entry")
    return answer_json(show_call(fields))


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


def _result(fields: dict[str, Any]) -> CallResult:
    from shared.domain.basket import LookupSource
    from shared.domain.call_outcome import ANSWERED
    from shared.domain.call_report import CallResult

    return CallResult(
        at=fields["calledAt"],
        source=LookupSource(fields["source"]),
        is_first=fields["attempt"] == 1,
        is_answered=fields["outcome"] in ANSWERED,
        duration_ms=fields["durationMs"],
    )
