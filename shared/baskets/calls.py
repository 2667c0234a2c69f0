"""The history of lookups: each call of the customer API, and each answer that was used again.

Together they tell why a basket has its customer: by a call made for it, or by an earlier answer (`answeredBy`
names its call).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.documents.paths import Path, lookup_call_path, lookup_path
from shared.documents.store import DocumentWrite
from shared.domain.basket import LookupSource
from shared.domain.call_outcome import CallOutcome
from shared.domain.instants import to_rfc3339
from shared.domain.lookup import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.customer_identifier import IdentifierKind


LISTED = (
    "callId",
    "calledAt",
    "basketId",
    "customerId",
    "source",
    "answeredBy",
    "identifierKind",
    "identifierHash",
    "attempt",
    "durationMs",
    "httpStatus",
    "outcome",
)
"""The fields of an entry that a list shows: all but the response, which may have 64 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One request. `response` is the body, or its first 64 KiB; `retry_after_s` is what the API asked for."""

    call_id: str = field(default_factory=lambda: uuid4().hex)
    called_at: datetime
    attempt: int
    duration_ms: float
    outcome: CallOutcome
    status: int | None = None
    response: str = ""
    answer: Answer | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """An earlier answer used for a basket, and how long the basket waited for it."""

    used_at: datetime
    source: LookupSource
    answer: Answer
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who is looked up, where. The identifier itself is not kept."""

    store_id: str
    kind: IdentifierKind
    identifier_hash: str

    @property
    def path(self) -> Path:
        return lookup_path(self.store_id, self.identifier_hash)


def call_write(subject: Subject, basket_id: str, call: ApiCall, kept_for: timedelta) -> DocumentWrite:
    """Return the write that keeps the call. Only the response and the customer's id tell who was found."""
    return _write(
        subject,
        {
            "callId": call.call_id,
            "calledAt": call.called_at,
            "basketId": basket_id,
            "source": str(LookupSource.API),
            "answeredBy": None,
            "attempt": call.attempt,
            "durationMs": call.duration_ms,
            "httpStatus": call.status,
            "outcome": str(call.outcome),
            "response": call.response,
            "customerId": call.answer and call.answer.customer_id,
        },
        kept_for,
    )


def reuse_write(subject: Subject, basket_id: str, reuse: Reuse, kept_for: timedelta) -> DocumentWrite:
    """Return the write that keeps the use of an earlier answer."""
    outcome = CallOutcome.FOUND if reuse.answer.profile else CallOutcome.UNKNOWN
    return _write(
        subject,
        {
            "callId": uuid4().hex,
            "calledAt": reuse.used_at,
            "basketId": basket_id,
            "source": str(reuse.source),
            "answeredBy": reuse.answer.call_id,
            "attempt": 0,
            "durationMs": reuse.duration_ms,
            "httpStatus": None,
            "outcome": str(outcome),
            "response": None,
            "customerId": reuse.answer.customer_id,
        },
        kept_for,
    )


def show_call(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of the history as the API shows it; with its response only where it was read."""
    shown = {name: value for name, value in fields.items() if name != "expireAt"}
    return shown | {"calledAt": to_rfc3339(fields["calledAt"])}


def _write(subject: Subject, fields: dict[str, Any], kept_for: timedelta) -> DocumentWrite:
    return DocumentWrite(
        path=lookup_call_path(subject.store_id, fields["callId"]),
        fields={
            **fields,
            "identifierKind": str(subject.kind),
            "identifierHash": subject.identifier_hash,
            "expireAt": fields["calledAt"] + kept_for,
        },
    )
