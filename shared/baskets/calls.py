"""Calls of the customer API: what each came to, and the document that is kept of it for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.documents.paths import lookup_call_path
from shared.documents.store import DocumentWrite
from shared.domain.instants import to_rfc3339
from shared.domain.lookup import Answer

if TYPE_CHECKING:
    from shared.domain.customer_identifier import IdentifierKind


class CallOutcome(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    """Redirected, not allowed, not understood: the API or its configuration needs a person."""


ANSWERED = frozenset({CallOutcome.FOUND, CallOutcome.UNKNOWN})

PASSING = frozenset(
    {
        CallOutcome.TIMEOUT,
        CallOutcome.CONNECTION_ERROR,
        CallOutcome.RATE_LIMITED,
        CallOutcome.SERVER_ERROR,
    }
)
"""Worth another try, and a sign that the API is in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One request. `response` is the start of the body; `retry_after_s` is what the API asked for."""

    called_at: datetime
    attempt: int
    duration_ms: float
    outcome: CallOutcome
    status: int | None = None
    response: str = ""
    answer: Answer | None = None
    retry_after_s: float | None = None


def call_write(
    store_id: str, kind: IdentifierKind, identifier_hash: str, call: ApiCall, kept_for: timedelta
) -> DocumentWrite:
    """Return the write that keeps the call. Only the response and the customer's id tell who was found."""
    call_id = uuid4().hex
    return DocumentWrite(
        path=lookup_call_path(store_id, call_id),
        fields={
            "callId": call_id,
            "calledAt": call.called_at,
            "identifierKind": str(kind),
            "identifierHash": identifier_hash,
            "attempt": call.attempt,
            "durationMs": call.duration_ms,
            "httpStatus": call.status,
            "outcome": str(call.outcome),
            "response": call.response,
            "customerId": call.answer and call.answer.customer_id,
            "expireAt": call.called_at + kept_for,
        },
    )


def show_call(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a kept call as the API shows it."""
    shown = {name: value for name, value in fields.items() if name not in ("customerId", "expireAt")}
    return shown | {"calledAt": to_rfc3339(fields["calledAt"])}
