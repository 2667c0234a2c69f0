"""Read the dashboard of a store for a period."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, Protocol

from shared.domain.dashboard import (
    DailyRows,
    MonthTotals,
    Ranked,
    StoreRows,
    best,
    change,
    daily_trend,
    describe_period,
    first_available_period,
    hourly_trend,
    in_use,
    refunds_by_day,
    sales_by_product,
    sales_of_others,
    show_coupon,
    summary,
    trend_period,
)
from shared.domain.instants import from_micros, to_micros, to_rfc3339
from shared.domain.period import Month, Period, local_hour
from shared.domain.store import Store
from shared.domain.tallies import COUPON_MONTHS, PRODUCT_MONTHS, Tally
from shared.errors import InstantOutOfReach

Comparison = Literal["previous", "previous-weekdays", "year"]

PRODUCTS_PER_PAGE = 500
PAGES_LAST = timedelta(hours=1)
"""How long Firestore answers as of an instant in the past, to the microsecond."""


_NOTHING = StoreRows(days={}, hours={})


class Tallies(Protocol):
    """The tallies as the dashboard reads them; see the Firestore adapter for the cost of each call."""

    def history(
        self, store_id: str, at: datetime | None = None
    ) -> tuple[Sequence[MonthTotals], datetime | None]: ...

    def rows(
        self, store_id: str, months: Collection[Month], with_hours: Collection[date], read_time: datetime
    ) -> StoreRows: ...

    def ranking(
        self, tally: Tally, store_id: str, period: Period, limit: int, read_time: datetime
    ) -> Sequence[Ranked]: ...

    def products(
        self, store_id: str, period: Period, after: str, limit: int, read_time: datetime
    ) -> Sequence[Ranked]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reader asks for.

    period: None for the store's current month.
    compare: the period to compare with, if any.
    with_trend: whether to show every day of the period.
    with_refunds: whether to show what was refunded on the days of the period.
    products: how many of the best products; None for a page of all of them, by id.
    after: where that page begins, as (the instant of the first page in microseconds, the last id of the page
        before); None for the first page.
    coupons: how many of the best coupons.
    """

    period: Period | None = None
    compare: Comparison | None = None
    with_trend: bool = False
    with_refunds: bool = False
    products: int | None = 50
    after: tuple[int, str] | None = None
    coupons: int = 10


class DashboardReading:
    """A store's dashboard as of one instant.

    Opening it costs one call; `etag` then tells whether anything changed. `view` costs three more calls, and
    two for each further month of a range; what does not wait for another is read at the same time. The number
    of reads depends on months, products and coupons, never on the number of orders. All pages of products are
    as of the first page's instant, so that they add up.

    Raises:
        InstantOutOfReach: that instant is too long ago; the caller starts at the first page again.
    """

    def __init__(self, tallies: Tallies, store: Store, question: Question, now: datetime) -> None:
        self._tallies = tallies
        self._store = store
        self._question = question
        at = from_micros(question.after[0]) if question.after else None
        if at and at < now - PAGES_LAST:
            raise InstantOutOfReach("expected a cursor of the last hour; start at the first page again")
        now = at or now
        today, hour = local_hour(now, store.timezone)
        self._period = question.period or Period.of_month(Month.of(today))
        self._trend = trend_period(self._period, today)
        self._compared = compared_period(self._period, question.compare)
        # A day that is not over is compared by its complete hours.
        self._until = hour.rstrip("b") if self._compared and self._period.end == today else None
        self._history, self._read_time = tallies.history(store.store_id, at)
        self.as_of = to_rfc3339(self._read_time or now)

    @property
    def summed_months(self) -> int:
        """How many months `view` sums product by product: those of a range; a month's best cost few reads."""
        is_month = self._period == Period.of_month(self._period.months()[0])
        return 0 if is_month or not self._read_time else len(self._period.months())

    @property
    def etag(self) -> str:
        """Return a hash that changes when the view changes; `generatedAt` is left out of it."""
        store, question = self._store, self._question
        asked = (self._period, self._trend, self._compared, self._until, question)
        versions = [(str(totals.month), totals.version) for totals in self._history]
        known = (store.store_id, store.timezone, store.currency, asked, versions)
        return sha256(repr(known).encode()).hexdigest()[:32]

    def view(self) -> dict[str, Any]:
        """Return the dashboard as the API shows it."""
        store, period, question = self._store, self._period, self._question
        found, products, coupons = self._read(self._read_time) if self._read_time else (_NOTHING, [], [])
        rows = found.days
        is_paged, limit = question.products is None, question.products or PRODUCTS_PER_PAGE
        ranked = in_use(PRODUCT_MONTHS, products[:limit]) if is_paged else best(PRODUCT_MONTHS, products)
        listed = ranked[:limit]
        view: dict[str, Any] = {
            "storeId": store.store_id,
            "currency": store.currency,
            "timezone": store.timezone,
            "period": describe_period(period),
            "summary": summary(period, rows, self._history, store.currency),
            "dailyTrend": daily_trend(self._trend, rows, store.currency),
            "salesByProduct": sales_by_product(listed, period, rows, store.currency),
            "otherProducts": sales_of_others(listed, period, rows, store.currency)
            if len(ranked) > limit
            else None,
            "salesByCoupon": [
                show_coupon(coupon, store.currency)
                for coupon in best(COUPON_MONTHS, coupons)[: question.coupons]
            ],
            "firstAvailablePeriod": first_available_period(self._history),
            "generatedAt": self.as_of,
        }
        view |= self._trends(period, found)
        if is_paged:
            view["nextCursor"] = (
                [to_micros(self._read_time), products[limit - 1].of]
                if self._read_time and len(products) > limit
                else None
            )
        if self._compared:
            view["comparison"] = self._comparison(self._compared, view["summary"], found)
        return view

    def _trends(self, period: Period, rows: StoreRows) -> dict[str, Any]:
        store = self._store
        trends: dict[str, Any] = {}
        if self._question.with_trend:
            trends["trend"] = daily_trend(period, rows.days, store.currency)
        if self._question.with_refunds:
            trends["refundsByRefundDay"] = refunds_by_day(period, rows.days, store.currency)
        if period.days == 1:
            trends["hourly"] = hourly_trend(period.start, store.timezone, rows, store.currency)
        return trends

    def _comparison(self, compared: Period, now: dict[str, Any], rows: StoreRows) -> dict[str, Any]:
        days, so_far = rows.days, {}
        if self._until is not None:
            until_now = rows.until(self._until, self._period.end)
            now = summary(self._period, until_now, self._history, self._store.currency)
            so_far = {"upTo": f"{self._until}:00", "current": now}
            days = rows.until(self._until, compared.end)
        before = summary(compared, days, self._history, self._store.currency)
        return {
            "period": describe_period(compared),
            **so_far,
            "summary": before,
            "change": change(now, before),
            **self._trends(compared, rows),
        }

    def _read(self, read_time: datetime) -> tuple[StoreRows, Sequence[Ranked], Sequence[Ranked]]:
        store_id, question = self._store.store_id, self._question
        shown = [self._period, self._trend, *([self._compared] if self._compared else [])]
        months = sorted({month for one in shown for month in one.months()})
        ends = [one.end for one in shown if self._until is not None or one.days == 1]
        with ThreadPoolExecutor(3) as pool:
            rows = pool.submit(self._tallies.rows, store_id, months, ends, read_time)
            ranked = self._period
            if len(ranked.months()) == 1:
                ranked = _with_all_orders(ranked, rows.result().days)
            products = pool.submit(self._products, ranked, read_time)
            coupons = pool.submit(
                self._tallies.ranking, COUPON_MONTHS, store_id, ranked, question.coupons, read_time
            )
        return rows.result(), products.result(), coupons.result()

    def _products(self, period: Period, read_time: datetime) -> Sequence[Ranked]:
        """Return the products to list, and one more if there are more."""
        store_id, question = self._store.store_id, self._question
        if question.products is None:
            after = question.after[1] if question.after else ""
            return self._tallies.products(store_id, period, after, PRODUCTS_PER_PAGE + 1, read_time)
        return self._tallies.ranking(PRODUCT_MONTHS, store_id, period, question.products + 1, read_time)


def _with_all_orders(period: Period, rows: DailyRows) -> Period:
    """Return the whole month if the days of it hold all its orders: a month's ranking needs fewer reads."""
    (month,) = period.months()
    outside = [row for day, row in rows.items() if Month.of(day) == month and day not in period]
    return period if any(row.get("totalOrders") for row in outside) else Period.of_month(month)


def compared_period(period: Period, compare: Comparison | None) -> Period | None:
    """Return the period to compare with."""
    match compare:
        case None:
            return None
        case "previous":
            return period.previous()
        case "previous-weekdays":
            return period.weeks_before()
        case "year":
            return period.a_year_before()
