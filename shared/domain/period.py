"""Days, months and ranges of days in a store's time zone."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import product
from zoneinfo import ZoneInfo

MAX_RANGE_DAYS = 366


@cache
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone with this name.

    Raises:
        ValueError: there is no such time zone.
    """
    if name not in _zone_names():
        raise ValueError(f"expected an IANA time zone such as America/Sao_Paulo, got {name!r}")
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    """Return the names in the locked `tzdata`: those of the machine, such as "localtime", differ elsewhere.

    `zoneinfo.available_timezones()` would list both. "Factory" is the database's placeholder for "not set".
    """
    listed = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return frozenset(listed) - {"Factory"}


def local_day(instant: datetime, timezone: str) -> date:
    """Return the calendar day on which the instant falls in the time zone."""
    return instant.astimezone(zone(timezone)).date()


def local_hour(instant: datetime, timezone: str) -> tuple[date, str]:
    """Return the calendar day of the instant in the time zone, and the hour of its clock, "00" to "23".

    Where clocks go back, an hour comes twice; the second one is "01b".
    """
    local = instant.astimezone(zone(timezone))
    return local.date(), f"{local:%H}{'b' * local.fold}"


def hours_of(day: date, timezone: str) -> dict[str, datetime]:
    """Return when each hour of the day begins by the clock of the time zone: 23 or 25 where clocks change."""
    local = zone(timezone)
    found: dict[str, datetime] = {}
    for hour, fold, minute in product(range(24), (0, 1), (0, 15, 30, 45)):
        at = datetime.combine(day, time(hour, minute, fold=fold), local)
        # What a change of clocks leaves out comes back as another time.
        shown = at.astimezone(UTC).astimezone(local)
        if (shown.replace(tzinfo=None), shown.fold) == (at.replace(tzinfo=None), fold):
            found.setdefault(f"{hour:02}{'b' * fold}", shown)
    return found


def _borders(day: date, timezone: str) -> list[datetime]:
    """Return the instants at which the clock of the time zone passes the midnight that the day begins with.

    There are three where clocks go back over midnight: the day begins, ends again, and begins once more.
    """
    local = zone(timezone)
    first, second = (datetime.combine(day, time(fold=fold), local).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return [first]
    # The clock changes between the two; they are in the other order where it skips midnight.
    start, end = sorted((first, second))
    after = end.astimezone(local).utcoffset()

    def is_changed(seconds: int) -> bool:
        return (start + timedelta(seconds=seconds)).astimezone(local).utcoffset() == after

    seconds = bisect_left(range(int((end - start).total_seconds())), True, key=is_changed)
    changes = start + timedelta(seconds=seconds)
    return [first, changes, second] if first < second else [changes]


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as "2026-11"."""
        return cls.of(date.fromisoformat(f"{text}-01"))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])


@dataclass(frozen=True, slots=True)
class Period:
    """The days from start to end, both included. `month` is set if the period was given as a month."""

    start: date
    end: date
    month: Month | None = None

    @classmethod
    def of_month(cls, month: Month) -> Period:
        return cls(month.first_day, month.last_day, month)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def spans(self, timezone: str) -> list[tuple[datetime, datetime]]:
        """Return the instants of these days in the time zone, each span without its end.

        There is one, or up to three where clocks go back over midnight.
        """
        borders = _borders(self.start, timezone) + _borders(self.end + timedelta(days=1), timezone)
        return [span for span in zip(borders[::2], borders[1::2], strict=True) if span[0] < span[1]]

    def months(self) -> list[Month]:
        """Return the months that the period touches, oldest first."""
        first, last = Month.of(self.start), Month.of(self.end)
        ordinals = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [Month(ordinal // 12, ordinal % 12 + 1) for ordinal in ordinals]

    def covers(self, month: Month) -> bool:
        """Tell whether every day of the month is in the period."""
        return self.start <= month.first_day and month.last_day <= self.end

    def previous(self) -> Period:
        """Return the month before, or the same number of days right before the range."""
        last = self.start - timedelta(days=1)
        if self.month:
            return Period.of_month(Month.of(last))
        return Period(last - timedelta(days=self.days - 1), last)

    def weeks_before(self) -> Period:
        """Return the same number of days, as few whole weeks earlier as leave no day in both."""
        shift = timedelta(weeks=-(-self.days // 7))
        return Period(self.start - shift, self.end - shift)

    def a_year_before(self) -> Period:
        """Return the same month, or the same days, of the year before; 29 February becomes 28 February."""
        if self.month:
            return Period.of_month(Month(self.month.year - 1, self.month.month))
        return Period(_a_year_before(self.start), _a_year_before(self.end))


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))
