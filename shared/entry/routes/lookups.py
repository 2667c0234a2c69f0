"""Customer lookups over HTTP: how they go, and how they are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from flask import Request, Response
from pydantic import AfterValidator

from shared import runtime
from shared.baskets.calls import ANSWERED, show_call
from shared.baskets.lookup_config import LookupConfig
from shared.domain.call_report import CallResult, report
from shared.domain.instants import EPOCH, to_micros
from shared.domain.viewer import Viewer
from shared.entry.cursor import Cursor, write_cursor
from shared.entry.problem import Problem
from shared.entry.queries import PageQuery
from shared.entry.request_input import read_body, read_query
from shared.entry.web import Api, answer_json, require_admin, require_operator, require_store

MOST_RESULTS = 1000
"""Calls that a report looks at; of more, the newest."""

_YEAR_9999 = to_micros(EPOCH.replace(year=9999))

routes = Api()


def _check_position(position: tuple[int, str]) -> tuple[int, str]:
    if not 0 <= position[0] <= _YEAR_9999:
        raise ValueError("expected the nextCursor of an earlier answer")
    return position


class CallsQuery(PageQuery):
    """A page of calls, the newest first."""

    cursor: Annotated[Cursor, AfterValidator(_check_position)] | None = None


@routes.route("/store/lookups")
def list_lookups(request: Request, viewer: Viewer) -> Response:
    query = read_query(CallsQuery, request)
    require_store(viewer, query.store_id)
    require_admin(viewer)
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


@routes.route("/config/customer-lookup")
def show_configuration(request: Request, viewer: Viewer) -> Response:  # noqa: ARG001 - every view takes it
    require_operator(viewer)
    config = runtime.lookup_configuration().stored()
    if config is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not configured; PUT /config/customer-lookup does it")
    return answer_json(config.model_dump())


@routes.route("/config/customer-lookup", "PUT")
def put_configuration(request: Request, viewer: Viewer) -> Response:
    require_operator(viewer)
    config = read_body(LookupConfig, request, {"local": runtime.settings().local_stack})
    runtime.lookup_configuration().put(config)
    return answer_json(config.model_dump())


def _report(calls: list[dict[str, Any]], *, is_complete: bool) -> dict[str, Any]:
    results = [
        CallResult(is_answered=fields["outcome"] in ANSWERED, duration_ms=fields["durationMs"])
        for fields in calls
    ]
    return report(results) | {"complete": is_complete}
