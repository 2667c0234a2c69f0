"""Query parameters of returning customers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.dashboard.read import Comparison
from shared.entry.period_query import PeriodQuery


class ReturningQuery(PeriodQuery):
    """A period, and what to compare it with."""

    compare: Annotated[
        Comparison | None,
        Field(
            description="Adds `comparison`: the figures of the month before, or of as many days right before"
            " the range (`previous`), of the same days as few whole weeks earlier as leave none in both"
            " (`previous-weekdays`), or of the same month or days a year before (`year`). It counts whole,"
            " also where the period is not over."
        ),
    ] = None
