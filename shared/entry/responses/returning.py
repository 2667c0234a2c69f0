"""Answers about returning customers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.domain.figures import RETURNING
from shared.entry.responses import Instant, Missing, Shown, StoreId
from shared.entry.responses.dashboard import Difference, PeriodShown
from shared.entry.responses.figures import with_figures

_OF_RETURNING = {
    "returningOrders": "Orders whose customer had ordered before, whatever became of the earlier order:"
    " `ordersOfCustomers` without `firstOrders`.",
    "returningRate": "`returningOrders` in percent of `ordersOfCustomers`, rounded half up to 2 decimals; 0"
    " where there are none.",
}


class ReturningChange(Shown):
    """How the rate differs from the compared one."""

    returning_rate: Annotated[Difference, Field(description="Of `returningRate`, in percentage points.")]


@with_figures(RETURNING, **_OF_RETURNING)
class ReturningCompared(Shown):
    """The figures of the period that the request asked to compare with."""

    period: Annotated[PeriodShown, Field(description="The period compared with.")]
    change: Annotated[ReturningChange, Field(description="How the rate differs.")]


@with_figures(RETURNING, **_OF_RETURNING)
class ReturningCustomers(Shown):
    """How many orders of a period came from customers who had ordered before, all as of one instant."""

    store_id: StoreId
    timezone: Annotated[str, Field(description="The store's time zone.", examples=["America/Sao_Paulo"])]
    period: Annotated[PeriodShown, Field(description="What the figures are of.")]
    trailing: Annotated[
        bool,
        Field(
            description="Whether orders wait to be counted, which takes seconds in a store that takes many."
            " Their customers are known before them, so `returningOrders` may be too low. Also true where"
            " more first orders than orders are found, as may be while the store moves to another time zone.",
            examples=[False],
        ),
    ]
    generated_at: Annotated[Instant, Field(description="The instant that the figures are of.")]
    comparison: Annotated[
        ReturningCompared | Missing, Field(description="Only where the request has `compare`.")
    ] = None
