"""Query parameters of the dashboard's API."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from shared.baskets.calls import CallOutcome
from shared.dashboard.read import PRODUCTS_PER_PAGE, Comparison, Question
from shared.domain.period import MAX_RANGE_DAYS, Month, Period
from shared.entry.cursor import Cursor, TimeCursor
from shared.messages.wire import Identifier

MOST_PRODUCTS = 500
MOST_COUPONS = 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _parse_day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        if 1970 <= day.year <= 9998:
            return day
    raise ValueError("expected a day from 1970 on, such as 2026-11-30")


Day = Annotated[date, BeforeValidator(_parse_day), WithJsonSchema({"type": "string", "format": "date"})]


def _show_that_it_may_be_left_out(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema["required"] if name != "storeId"]


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


class StoreQuery(BaseModel):
    """A store. Unknown parameters are refused: a typo must not answer another question.

    Callers may leave the store out; `Endpoint` then fills in the only one that their token grants.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        defer_build=True,
        json_schema_extra=_show_that_it_may_be_left_out,
    )

    store_id: Annotated[
        Identifier,
        Field(
            description="The store's id. It may be left out where the token grants what is asked for in one"
            " store only.",
            examples=["s-1"],
        ),
    ]


class PageQuery(StoreQuery):
    """A page of something."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many entries at most.")] = 50
    cursor: Cursor | None = None


class TimePageQuery(PageQuery):
    """A page of something by time."""

    cursor: TimeCursor | None = None


class CallsQuery(TimePageQuery):
    """A page of the history of lookups, the newest first: all of it, or that of one filter."""

    basket_id: Annotated[Identifier | None, Field(description="Only lookups for this basket.")] = None
    customer_id: Annotated[Identifier | None, Field(description="Only lookups that found this customer.")] = (
        None
    )
    outcome: Annotated[CallOutcome | None, Field(description="Only lookups that came to this.")] = None

    @model_validator(mode="after")
    def _check_filter(self) -> Self:
        if len(self.only()) > 1:
            raise ValueError("expected one of basketId, customerId and outcome")
        return self

    def only(self) -> dict[str, str]:
        """Return {field: its value} for the filter, if there is one."""
        given = {"basketId": self.basket_id, "customerId": self.customer_id, "outcome": self.outcome}
        return {name: str(value) for name, value in given.items() if value is not None}


class CustomersQuery(PageQuery):
    """A page of customers, the best first."""

    sort: Annotated[
        Literal["spent", "orders", "lastOrder"],
        Field(description="What the best have most of; `lastOrder`: the latest first."),
    ] = "spent"


class PeriodQuery(StoreQuery):
    """A month, a range of days, or neither: the store's current month."""

    year: (
        Annotated[int, Field(ge=1970, le=9998, description="Together with `month`.", examples=[2026])] | None
    ) = None
    month: Annotated[int, Field(ge=1, le=12, description="Together with `year`.", examples=[11])] | None = (
        None
    )
    start_date: Annotated[Day | None, Field(description="First day of a range; together with `endDate`.")] = (
        None
    )
    end_date: Annotated[
        Day | None, Field(description=f"Last day of the range, at most {MAX_RANGE_DAYS} days in all.")
    ] = None

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if (self.year is None) != (self.month is None):
            raise ValueError(f"expected year and month together, got {self._given()}")
        if (self.start_date is None) != (self.end_date is None):
            raise ValueError(f"expected startDate and endDate together, got {self._given()}")
        if self.year is not None and self.start_date is not None:
            raise ValueError(f"expected either year and month, or startDate and endDate, got {self._given()}")
        if self.start_date and self.end_date:
            if self.end_date < self.start_date:
                raise ValueError(
                    f"expected an endDate that is not before startDate {self.start_date}, got {self.end_date}"
                )
            days = Period(self.start_date, self.end_date).days
            if days > MAX_RANGE_DAYS:
                raise ValueError(f"expected a range of at most {MAX_RANGE_DAYS} days, got {days} days")
        return self

    def _given(self) -> str:
        """Return what the period is told by, such as "year=2026 and startDate=2026-11-01"."""
        told = {name: getattr(self, name) for name in ("year", "month", "start_date", "end_date")}
        return " and ".join(f"{to_camel(name)}={value}" for name, value in told.items() if value is not None)

    def period(self) -> Period | None:
        """Return the period that is asked for; None for the store's current month."""
        if self.year is not None and self.month is not None:
            return Period.of_month(Month(self.year, self.month))
        return Period(self.start_date, self.end_date) if self.start_date and self.end_date else None


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
