"""Answers about reconciliation and the time zone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.entry.responses import Count, Instant, Missing, MonthText, Shown, StoreId


class DriftShown(Shown):
    """A counter that differs from the orders. Amounts are in minor units."""

    document: Annotated[
        str, Field(description="Path of the counter's document.", examples=["stores/s-1/months/2026-11"])
    ]
    counter: Annotated[str, Field(description="The counter's name.", examples=["totalSales"])]
    day: Annotated[
        str | Missing, Field(description="The day of its row; left out of totals.", examples=["25"])
    ] = None
    hour: Annotated[
        str | Missing, Field(description="The hour of its row, of hourly rows only.", examples=["14"])
    ] = None
    expected: Annotated[int | None, Field(description="By the orders; null for no time.", examples=[12000])]
    actual: Annotated[int | None, Field(description="What was counted.", examples=[11000])]


class Reconciliation(Shown):
    """A comparison of a store's month with its orders, as of one instant."""

    store_id: StoreId
    month: MonthText
    read_time: Annotated[Instant, Field(description="The instant of the comparison.")]
    orders: Annotated[Count, Field(description="Orders that were read.", examples=[120])]
    passes: Annotated[Count, Field(description="How often they were read; more than 1 in large months.")]
    drift_count: Annotated[Count, Field(description="Counters that differ.", examples=[0])]
    drift: Annotated[
        list[DriftShown],
        Field(description="The first of them: up to 1000 right after a run, up to 20 of a kept report."),
    ]
    repaired: Annotated[bool, Field(description="Whether the run corrected them.")]
    stale_cards: Annotated[
        Count,
        Field(description="Repaired customers whose former card stays in the cache until `warm-cards` runs."),
    ]


class RunShown(Shown):
    """A run that is under way."""

    started_at: Annotated[Instant, Field(description="When it began.")]
    until: Annotated[Instant, Field(description="After this another run may take over.")]


class ReconciliationShown(Shown):
    """The last report of a store's month."""

    store_id: StoreId
    month: MonthText
    running: Annotated[RunShown | None, Field(description="A run that is under way; null without one.")]
    report: Annotated[
        Reconciliation | None, Field(description="The last report; null where no run finished yet.")
    ]


class RecountShown(Shown):
    """How a month's figures compared with its orders."""

    month: MonthText
    read_time: Annotated[Instant, Field(description="The instant of the comparison.")]
    orders: Annotated[Count, Field(description="Orders that were counted again.", examples=[395])]
    differences: Annotated[Count, Field(description="Counters that differed.", examples=[0])]
    repaired: Annotated[bool, Field(description="Whether they were corrected.")]


class LastRecount(Shown):
    """The last comparison of a store's figures with its orders."""

    store_id: StoreId
    recount: Annotated[
        RecountShown | None,
        Field(description="Of this month or the one before, whichever was compared last; null without one."),
    ]


class ZoneProgress(Shown):
    """How far a move to another time zone went."""

    store_id: StoreId
    timezone: Annotated[str, Field(description="The new time zone.", examples=["Europe/Lisbon"])]
    moved: Annotated[Count, Field(description="Orders and customers that this call counted again.")]
    finished: Annotated[bool, Field(description="Whether nothing is left; if not, ask again.")]
    ask_again_after_seconds: Annotated[
        Count, Field(description="How long to wait before the next call; 0: call again now, unless finished.")
    ]
