"""What the demonstration asks about each store, and what the answers must be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from emulator.recount import Event, Period, recount_dashboard
from emulator.samples import DAYS, SampleStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One dashboard to ask for: `query` besides the store id, `title` for a reader."""

    store: SampleStore
    period: Period
    query: Mapping[str, str]
    title: str

    def expected(self, events: Iterable[Event], now: datetime) -> dict[str, Any]:
        """Return what the answer must contain; `events` are all that happened."""
        return recount_dashboard(
            events,
            store_id=self.store.store_id,
            timezone=self.store.timezone,
            currency=self.store.currency,
            period=self.period,
            now=now,
        )


def questions_about(store: SampleStore, now: datetime) -> list[Question]:
    """Return the current month (by default), the two before it, and thirty days across months."""
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    last = today.replace(day=1) - timedelta(days=1)
    current = _month(store, today)
    return [
        Question(store=store, period=current.period, query={}, title=current.title),
        _month(store, last),
        _month(store, last.replace(day=1) - timedelta(days=1)),
        _range(store, today - timedelta(days=48), today - timedelta(days=19)),
    ]


def whole_range(store: SampleStore, now: datetime) -> Question:
    """Return the question about every day that has sample orders."""
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    return _range(store, today - timedelta(days=DAYS), today)


def _month(store: SampleStore, day: date) -> Question:
    query = {"year": str(day.year), "month": str(day.month)}
    return Question(store=store, period=Period.month(day.year, day.month), query=query, title=f"{day:%B %Y}")


def _range(store: SampleStore, start: date, end: date) -> Question:
    query = {"startDate": start.isoformat(), "endDate": end.isoformat()}
    return Question(
        store=store, period=Period.days(start, end), query=query, title=f"{start:%d %b} to {end:%d %b}"
    )
