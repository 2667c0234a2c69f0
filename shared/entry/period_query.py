"""Query parameters that name a period."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from shared.domain.period import MAX_RANGE_DAYS, Month, Period
from shared.entry.queries import StoreQuery

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _parse_day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        if 1970 <= day.year <= 9998:
            return day
    raise ValueError("expected a day from 1970 on, such as 2026-11-30")


Day = Annotated[date, BeforeValidator(_parse_day), WithJsonSchema({"type": "string", "format": "date"})]


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
