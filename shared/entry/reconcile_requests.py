"""What an admin asks to be reconciled, or counted anew."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from shared.domain.period import Month
from shared.entry.queries import StoreQuery
from shared.entry.store_settings import Zone


def _parse_month(value: object) -> str:
    if isinstance(value, str) and len(value) == len("2026-11") and value.isascii():
        try:
            month = Month.parse(value)
        except ValueError:
            month = Month(0, 0)
        if 1970 <= month.year <= 9998 and str(month) == value:
            return value
    raise ValueError("expected a month from 1970 on, such as 2026-11")


_MonthText = Annotated[
    str,
    BeforeValidator(_parse_month),
    WithJsonSchema({"type": "string", "pattern": r"^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$"}),
    Field(description="A month in the store's time zone.", examples=["2026-11"]),
]


class ZoneRequest(StoreQuery):
    """A store, and the time zone that it is to be counted in from now on."""

    model_config = ConfigDict(strict=True)

    timezone: Zone


class MonthQuery(StoreQuery):
    """A store and a month of it."""

    model_config = ConfigDict(strict=True)

    month: _MonthText

    @property
    def parsed_month(self) -> Month:
        """Return the month."""
        return Month.parse(self.month)


class ReconcileRequest(MonthQuery):
    """A store and a month of it, and whether what is wrong is to be repaired."""

    repair: Annotated[bool, Field(description="Whether to correct the counters that are wrong.")] = False
