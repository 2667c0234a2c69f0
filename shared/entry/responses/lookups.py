"""Answers about customer lookups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.domain.basket import LookupSource
from shared.domain.call_outcome import CallOutcome
from shared.entry.responses import Count, Instant, NextCursor, Percent, Shown

Milliseconds = float | None


class LookupReport(Shown):
    """How well the lookups of a time went. Durations are in milliseconds, null where there are none."""

    calls: Annotated[Count, Field(description="How many calls were made.", examples=[250])]
    success_rate: Annotated[
        Percent | None,
        Field(description="Calls answered, in percent; null without calls.", examples=[99.2]),
    ]
    p50_ms: Annotated[Milliseconds, Field(description="Half of the calls took no longer.", examples=[82.1])]
    p95_ms: Annotated[Milliseconds, Field(description="95 % of them took no longer.", examples=[240.5])]
    hits: Annotated[
        Count, Field(description="Lookups that a fresh earlier answer spared a call.", examples=[2250])
    ]
    misses: Annotated[Count, Field(description="Lookups that called the API.", examples=[248])]
    hit_rate: Annotated[
        Percent | None,
        Field(description="Hits, in percent of hits and misses; null without both.", examples=[90.07]),
    ]
    hit_p50_ms: Annotated[
        Milliseconds, Field(description="Half of the hits were found no later.", examples=[3.1])
    ]
    hit_p95_ms: Annotated[
        Milliseconds, Field(description="95 % of them were found no later.", examples=[7.4])
    ]


class PeriodReport(LookupReport):
    """A report on a period that ends now."""

    complete: Annotated[
        bool, Field(description="False where there were more than 1000: the newest 1000 are reported.")
    ]


class HourReport(LookupReport):
    """A report on an hour of the clock."""

    starts_at: Annotated[Instant, Field(description="When the hour began.")]


class CallShown(Shown):
    """One call of the customer API, or the use of an earlier answer; kept for 90 days by default."""

    call_id: Annotated[str, Field(description="The entry's id.")]
    called_at: Annotated[Instant, Field(description="When it was made.")]
    basket_id: Annotated[str, Field(description="For which basket.", examples=["b-1"])]
    customer_id: Annotated[str | None, Field(description="Who was found.", examples=["c-1"])]
    source: Annotated[LookupSource, Field(description="`api` for a call, else which earlier answer it was.")]
    answered_by: Annotated[
        str | None, Field(description="The `callId` of the call that brought the earlier answer.")
    ]
    identifier_kind: Annotated[str, Field(description="What was looked up.", examples=["email"])]
    identifier_hash: Annotated[str, Field(description="A salted hash of what was looked up.")]
    attempt: Annotated[int, Field(ge=0, description="1 for the first call; 0 without one.", examples=[1])]
    duration_ms: Annotated[
        float,
        Field(description="How long the call took, or the basket waited, in milliseconds.", examples=[82.1]),
    ]
    http_status: Annotated[int | None, Field(description="Null without an answer.", examples=[200])]
    outcome: Annotated[CallOutcome, Field(description="What it came to.")]


class CallRead(CallShown):
    """An entry with the API's response."""

    response: Annotated[
        str | None, Field(description="The body, or its first 64 KiB; null where there was no call.")
    ]


class LookupCalls(Shown):
    """The history of a store's lookups."""

    last_hour: Annotated[PeriodReport, Field(description="The last 60 minutes.")]
    last_day: Annotated[PeriodReport, Field(description="The last 24 hours.")]
    hours: Annotated[list[HourReport], Field(description="The last 24 hours of the clock, the oldest first.")]
    calls: Annotated[list[CallShown], Field(description="The newest first.")]
    next_cursor: NextCursor
