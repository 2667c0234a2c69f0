"""Answers about the audit trail."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from shared.audit.entry import Outcome
from shared.entry.responses import Instant, NextCursor, Shown


class EntryShown(Shown):
    """An attempt to change or export something, kept for 400 days."""

    entry_id: Annotated[str, Field(description="The entry's id, as in the log line.")]
    at: Annotated[Instant, Field(description="When the attempt was answered.")]
    issuer: Annotated[
        str | None,
        Field(description="Who vouches for the caller.", examples=["https://issuer.example"]),
    ]
    subject: Annotated[
        str | None,
        Field(description="Who: the subject of the caller's token, unique for the issuer.", examples=["u-1"]),
    ]
    action: Annotated[str, Field(description="What was attempted.", examples=["store.changed"])]
    store_id: Annotated[
        str | None, Field(description="On which store; null for all stores.", examples=["s-1"])
    ]
    target: Annotated[
        str | None,
        Field(description="Which thing in the store; null for the store itself.", examples=["2026-11"]),
    ]
    before: Annotated[
        dict[str, Any] | None,
        Field(description="What changed, as it was; null where nothing was.", examples=[{"name": "Aurora"}]),
    ]
    after: Annotated[
        dict[str, Any] | None,
        Field(
            description="What changed, as it is now, or what was asked for.", examples=[{"name": "Boreal"}]
        ),
    ]
    outcome: Annotated[
        Outcome, Field(description="`refused`: the caller may not do it; `failed`: it could not be done.")
    ]
    status: Annotated[int, Field(description="The HTTP status of the answer.", examples=[200])]


class AuditPage(Shown):
    """A page of the audit trail."""

    entries: Annotated[list[EntryShown], Field(description="The newest first.")]
    next_cursor: NextCursor
