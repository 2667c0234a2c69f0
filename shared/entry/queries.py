"""The questions that the dashboard's API understands, from their query parameters."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared.dashboard.read import Comparison, Question
from shared.domain.period import MAX_RANGE_DAYS, Month, Period
from shared.entry.cursor import Cursor
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


Day = Annotated[date, BeforeValidator(_parse_day)]


class StoreQuery(BaseModel):
    """What every question names: a store. An unknown parameter is refused, lest a typo answer another one."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", defer_build=True)

    store_id: Identifier


class PageQuery(StoreQuery):
    """A page of something."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


class CustomersQuery(PageQuery):
    """A page of customers, the best first."""

    sort: Literal["spent", "orders", "lastOrder"] = "spent"


class DashboardQuery(StoreQuery):
    """A month, a range of days, or neither: the store's current month."""

    year: Annotated[int, Field(ge=1970, le=9998)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    products: Annotated[int, Field(ge=1, le=MOST_PRODUCTS)] = 50
    coupons: Annotated[int, Field(ge=1, le=MOST_COUPONS)] = 10
    compare: Comparison | None = None

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if (self.year is None) != (self.month is None):
            raise ValueError("expected year and month together")
        if (self.start_date is None) != (self.end_date is None):
            raise ValueError("expected startDate and endDate together")
        if self.year is not None and self.start_date is not None:
            raise ValueError("expected either year and month, or startDate and endDate")
        if self.start_date and self.end_date:
            if self.end_date < self.start_date:
                raise ValueError("expected an endDate that is not before startDate")
            if Period(self.start_date, self.end_date).days > MAX_RANGE_DAYS:
                raise ValueError(f"expected a range of at most {MAX_RANGE_DAYS} days")
        return self

    def question(self) -> Question:
        """Return what is asked."""
        period = None
        if self.year is not None and self.month is not None:
            period = Period.of_month(Month(self.year, self.month))
        if self.start_date and self.end_date:
            period = Period(self.start_date, self.end_date)
        return Question(period=period, compare=self.compare, products=self.products, coupons=self.coupons)
