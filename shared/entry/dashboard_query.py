"""Query parameters of a dashboard."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from shared.dashboard.read import PRODUCTS_PER_PAGE, Comparison, Question
from shared.entry.cursor import TimeCursor
from shared.entry.period_query import PeriodQuery

MOST_PRODUCTS = 500
MOST_COUPONS = 100


def _read_all(value: object) -> object:
    return None if value == "all" else value


_Products = Annotated[
    Annotated[int, Field(ge=1, le=MOST_PRODUCTS)] | None,
    BeforeValidator(_read_all),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_PRODUCTS}, {"const": "all"}]}
    ),
    Field(
        description="How many of the best products to list. Or `all`: every product, ordered by id, in pages"
        f" of at most {PRODUCTS_PER_PAGE}. All pages are as of the instant of the first one, so they add up;"
        " ask for them within an hour."
    ),
]


class DashboardQuery(PeriodQuery):
    """What the dashboard shows of a period."""

    trend: Annotated[
        Literal["period"] | None,
        Field(
            description="Adds `trend`, every day of the period, to the answer and to its `comparison`;"
            " `dailyTrend` stays as it is."
        ),
    ] = None
    refunds: Annotated[
        Literal["by-refund-day"] | None,
        Field(
            description="Adds `refundsByRefundDay`: what was refunded in the period, by the day of the"
            " refund. All other figures count refunds on the day of their order."
        ),
    ] = None
    products: _Products = 50
    cursor: Annotated[
        TimeCursor | None,
        Field(description="Together with `products=all`: `nextCursor` of the page before."),
    ] = None
    coupons: Annotated[
        int, Field(ge=1, le=MOST_COUPONS, description="How many of the best coupons to list.")
    ] = 10
    compare: Annotated[
        Comparison | None,
        Field(
            description="Adds `comparison`: the figures of the month before, or of as many days right before"
            " the range (`previous`), of the same days as few whole weeks earlier as leave none in both"
            " (`previous-weekdays`), or of the same month or days a year before (`year`). Where the period"
            " ends today, both sides count only the hours of their last day that are over today: see `upTo`."
        ),
    ] = None

    @model_validator(mode="after")
    def _check_cursor(self) -> Self:
        if self.cursor and self.products is not None:
            raise ValueError(f"expected products=all together with cursor, got products={self.products}")
        return self

    def question(self) -> Question:
        """Return what is asked."""
        return Question(
            period=self.period(),
            compare=self.compare,
            with_trend=self.trend is not None,
            with_refunds=self.refunds is not None,
            products=self.products,
            after=self.cursor,
            coupons=self.coupons,
        )
