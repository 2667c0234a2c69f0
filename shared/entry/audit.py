"""What the audit trail is told of a request: the view says what changed, its answer what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Response, g, request

from shared import runtime
from shared.audit.entry import Entry, Outcome, difference
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem

_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(slots=True, kw_only=True)
class _Attempt:
    action: str
    viewer: Viewer | None = None
    store_id: str | None = None
    target: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def begin(action: str | None) -> None:
    """Have the answer of this request recorded as this action; None records nothing."""
    g.attempt = _Attempt(action=action) if action else None


def by(viewer: Viewer) -> None:
    """Tell who makes the attempt."""
    if attempt := _attempt():
        attempt.viewer = viewer


def on(store_id: str) -> None:
    """Tell which store the attempt is about."""
    if attempt := _attempt():
        attempt.store_id = store_id


def of(target: str) -> None:
    """Tell which thing the attempt is about: a month, a dead letter, a customer's pseudonym."""
    if attempt := _attempt():
        attempt.target = target


def changed(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Tell what was and what is now; the trail keeps what differs."""
    if attempt := _attempt():
        attempt.before, attempt.after = difference(before, after)


def told(facts: Mapping[str, Any]) -> None:
    """Tell what the action was told to do, or what it did, where no value was changed to another."""
    if attempt := _attempt():
        attempt.after = facts


def conclude(response: Response) -> Response:
    """Record the attempt, if the view declares one, and pass the answer on."""
    if attempt := _attempt():
        entry = Entry(
            entry_id=uuid4().hex,
            at=datetime.now(UTC),
            issuer=attempt.viewer.issuer if attempt.viewer else None,
            subject=attempt.viewer.subject if attempt.viewer else None,
            action=attempt.action,
            store_id=attempt.store_id or _named_store(),
            target=attempt.target,
            before=attempt.before,
            after=attempt.after,
            outcome=_outcome(response.status_code),
            status=response.status_code,
        )
        runtime.audit_trail().record(entry)
    return response


def _attempt() -> _Attempt | None:
    attempt: _Attempt | None = g.get("attempt")
    return attempt


def _outcome(status: int) -> Outcome:
    if status in _REFUSALS:
        return Outcome.REFUSED
    return Outcome.DONE if status < HTTPStatus.BAD_REQUEST else Outcome.FAILED


def _named_store() -> str | None:
    """Return the store that the address names; it was not looked at if the caller was refused before."""
    named = (request.view_args or {}).get("store_id") or request.args.get("storeId")
    if named is None:
        return None
    from shared.entry.request_input import check_identifier

    try:
        check_identifier("storeId", named)
    except Problem:
        return None
    return str(named)
