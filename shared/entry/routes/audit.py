"""The audit trail over HTTP: a store's for its admins, the operators' for operators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from flask import Blueprint
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared import runtime
from shared.entry.cursor import TimeCursor, write_cursor
from shared.entry.queries import StoreQuery
from shared.entry.views import ADMIN, OPERATOR, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.audit import AuditPage

_ENTRY_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)

routes = Blueprint("audit", __name__)


def _check_id(position: tuple[int, str]) -> tuple[int, str]:
    if not _ENTRY_ID.fullmatch(position[1]):
        raise ValueError("expected the nextCursor of an earlier answer")
    return position


class TrailQuery(BaseModel):
    """A page of the operators' trail, the newest entries first."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    limit: Annotated[int, Field(ge=1, le=200, description="How many entries at most.")] = 50
    cursor: Annotated[TimeCursor, AfterValidator(_check_id)] | None = None


class StoreTrailQuery(TrailQuery, StoreQuery):
    """A page of a store's trail, the newest entries first."""


@routes.get("/store/audit")
@Endpoint(ADMIN, query=StoreTrailQuery)
def list_store_entries(query: StoreTrailQuery) -> Answer[AuditPage]:
    """List who changed or exported what in a store, the newest first, attempts that were refused included.

    The log lines with the message `audit` are the record; an entry can be missing here, but not there.
    """
    return _answer(query.store_id, query)


@routes.get("/audit")
@Endpoint(OPERATOR, query=TrailQuery)
def list_operator_entries(query: TrailQuery) -> Answer[AuditPage]:
    """List who did what that is about no single store: lookup settings, dead letters, sessions."""
    return _answer(None, query)


def _answer(store_id: str | None, query: TrailQuery) -> Answer[AuditPage]:
    found, following = runtime.audit_entries().page(store_id, query.limit, query.cursor)
    return answer_json({"entries": [entry.shown() for entry in found], "nextCursor": write_cursor(following)})
