"""The days of a dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` to `end`, both included; `shown` is the `period` of the answer."""

    start: date
    end: date
    shown: Mapping[str, Any]

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        start = date(year, month, 1)
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return cls(start, end, {"type": "month", "year": year, "month": month} | _ends(start, end))

    @classmethod
    def days(cls, start: date, end: date) -> "Period":
        return cls(start, end, {"type": "range"} | _ends(start, end))


def _ends(start: date, end: date) -> dict[str, str]:
    return {"startDate": start.isoformat(), "endDate": end.isoformat()}
