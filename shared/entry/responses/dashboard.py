"""Answers of the dashboard."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel

from shared.domain.figures import COUPON, OTHER_PRODUCTS, PRODUCT, REFUNDS, SUMMARY, TREND
from shared.entry.responses import Currency, Instant, Missing, MonthText, NextCursor, Shown, StoreId
from shared.entry.responses.figures import with_fields, with_figures

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-11-01"])]


class PeriodShown(Shown):
    """Days in the store's time zone, both ends included."""

    type: Annotated[
        Literal["month", "range"], Field(description="A calendar month, or any other range of days.")
    ]
    year: Annotated[int | Missing, Field(description="Of a month only.", examples=[2026])] = None
    month: Annotated[int | Missing, Field(description="1 to 12; of a month only.", examples=[11])] = None
    start_date: Annotated[Day, Field(description="The first day.")]
    end_date: Annotated[Day, Field(description="The last day.", examples=["2026-11-30"])]


@with_figures(
    SUMMARY,
    averageTicket="Sales divided by completed orders, rounded half up to the currency's minor unit; 0 without"
    " completed orders.",
)
class Summary(Shown):
    """The figures of the period. Amounts are in the currency's major unit."""


@with_figures(
    TREND,
    totalSales="Sales of the orders placed on the day, in major units.",
    totalOrders="Orders placed on the day.",
)
class DayShown(Shown):
    """The figures of one day, also where there are none."""

    date: Annotated[Day, Field(description="A day in the store's time zone.")]


@with_figures(
    TREND,
    totalSales="Sales of the orders placed in the hour, in major units.",
    totalOrders="Orders placed in the hour.",
)
class HourShown(Shown):
    """The figures of one hour of a day, also where there are none."""

    hour: Annotated[
        str,
        Field(
            description="The hour by the store's clock. Where clocks go back, one comes twice.",
            examples=["14:00"],
        ),
    ]
    starts_at: Annotated[
        str,
        Field(
            json_schema_extra={"format": "date-time"},
            description="When it begins, with the store's offset from UTC.",
            examples=["2026-11-01T14:00:00-03:00"],
        ),
    ]


_Hourly = Annotated[
    list[HourShown] | Missing,
    Field(
        description="Every hour of the day, also hours to come: 24, or 23 or 25 where clocks change. Only"
        " where the period is one day."
    ),
]


@with_figures(
    PRODUCT,
    totalSales="Sales of its items in completed orders, without the refunds that name it, in major units.",
    grossSales="The totals of its items in all completed orders, before any refund.",
    refundedAmount="What was refunded of its items: all of them in orders that were refunded whole, and what"
    " partial refunds name it for.",
    netSales="`grossSales` without `refundedAmount`: the same as `totalSales`.",
    totalOrders="All orders with the product, whatever became of them.",
    percentage="Share of the period's item sales in percent, rounded half up to 2 decimals; 0 where there are"
    " none. Its base is the sum over the items of completed orders, not `totalSales` of the summary: a price"
    " may include shipping or a discount. Shares are rounded one by one, so they may sum to 99.99 or 100.01.",
)
class ProductSales(Shown):
    """What one product sold in the period."""

    product_id: Annotated[str, Field(description="The product's id.", examples=["p-1"])]
    product_name: Annotated[
        str | None,
        Field(description="Its name in the order that was counted last.", examples=["Ceramic mug"]),
    ]
    img_card_url: Annotated[
        str | None,
        Field(
            description="Address of its picture; null where the order that was counted last names none.",
            examples=["https://cdn.example.com/p-1.webp"],
        ),
    ]


@with_figures(
    OTHER_PRODUCTS,
    totalSales="Sales of their items in completed orders, in major units: with the listed products', it makes"
    " the item sales of the period.",
    percentage="Their share of the period's item sales in percent, like that of one product.",
)
class OtherProducts(Shown):
    """What the products that the list leaves out sold together.

    It counts no orders: one order can hold several of these products.
    """


@with_figures(
    COUPON,
    timesUsed="Completed orders that used it.",
    totalSalesAmount="Sales of those orders, in major units.",
)
class CouponSales(Shown):
    """What one coupon sold."""

    coupon_code: Annotated[str, Field(description="The coupon's code.", examples=["WELCOME10"])]


class FirstPeriod(Shown):
    """The oldest month with an order."""

    year: Annotated[int, Field(description="The year.", examples=[2026])]
    month: Annotated[int, Field(ge=1, le=12, description="The month.", examples=[3])]
    period: Annotated[MonthText, Field(description="Both, as text.", examples=["2026-03"])]


class Difference(Shown):
    """How a figure differs from the compared one."""

    value: Annotated[float, Field(description="The figure minus the compared one.", examples=[12])]
    percent: Annotated[
        float | None,
        Field(
            description="The same in percent, half up to 2 decimals; null where the compared figure is 0.",
            examples=[11.11],
        ),
    ]


@with_fields({one.key: Annotated[Difference, Field(description=f"Of `{one.key}`.")] for one in SUMMARY})
class SummaryChange(Shown):
    """The difference of each figure of the summary."""


@with_figures(REFUNDS, refundedAmount="What was refunded on the day, in full or in part.")
class DayOfRefunds(Shown):
    """What was refunded on a day, whenever the orders were placed."""

    date: Annotated[Day, Field(description="A day in the store's time zone.")]


@with_figures(REFUNDS, refundedAmount="What was refunded on the days of the period, in full or in part.")
class Refunds(Shown):
    """What was refunded in the period, by the day of the refund, of orders placed on any day.

    It is what was refunded of orders that were completed: a full refund gives back what partial ones left,
    and one that a later completion undid counts no more. `refundedAmount` of the summary is what was
    refunded, on any day, of the orders placed in the period.
    """

    days: Annotated[list[DayOfRefunds], Field(description="Every day of the period.")]


_Refunds = Annotated[
    Refunds | Missing, Field(description="Only where the request has `refunds=by-refund-day`.")
]


class ComparisonShown(Shown):
    """The figures of the period that the request asked to compare with.

    Today is not over, so it is compared with as much of the other day: where the period ends today, both
    sides count the days before their last one whole, and of the last one the hours before `upTo`.
    """

    period: Annotated[PeriodShown, Field(description="The period compared with.")]
    up_to: Annotated[
        str | Missing,
        Field(
            description="The hour of the store's clock, as it is now, before which the last day of both"
            " periods counts. Only where the period ends today.",
            examples=["11:00"],
        ),
    ] = None
    current: Annotated[
        Summary | Missing,
        Field(description="The period's own figures before `upTo`; `summary` beside it has all of them."),
    ] = None
    summary: Annotated[
        Summary,
        Field(description="The figures of the period compared with, before `upTo` where it is given."),
    ]
    change: Annotated[
        SummaryChange,
        Field(description="How the period's figures, or `current` where it is given, differ from them."),
    ]
    trend: Annotated[
        list[DayShown] | Missing,
        Field(description="Every day of the period compared with. Only where the request has `trend`."),
    ] = None
    refunds_by_refund_day: _Refunds = None
    hourly: _Hourly = None


class Dashboard(Shown):
    """A store's figures for a period, all as of one instant."""

    store_id: StoreId
    currency: Currency
    timezone: Annotated[str, Field(description="The store's time zone.", examples=["America/Sao_Paulo"])]
    period: Annotated[PeriodShown, Field(description="What the figures are of.")]
    summary: Annotated[Summary, Field(description="The figures.")]
    daily_trend: Annotated[
        list[DayShown],
        Field(
            min_length=7,
            max_length=7,
            description="The 7 days that end with the period, or today if that is earlier.",
        ),
    ]
    trend: Annotated[
        list[DayShown] | Missing,
        Field(description="Every day of the period, also days to come. Only where the request has `trend`."),
    ] = None
    refunds_by_refund_day: _Refunds = None
    hourly: _Hourly = None
    sales_by_product: Annotated[
        list[ProductSales],
        Field(
            description="The products that sold most, the best first; with `products=all`, a page of every"
            " product, ordered by id."
        ),
    ]
    other_products: Annotated[
        OtherProducts | None,
        Field(
            description="All products beyond the number of `products`, as one; null where there are none, and"
            " with `products=all`."
        ),
    ]
    next_cursor: Annotated[
        NextCursor,
        Field(
            description="Only with `products=all`: give it as `cursor` for the next page; null after the last"
            " one.",
        ),
    ] = None
    sales_by_coupon: Annotated[
        list[CouponSales], Field(description="The coupons that sold most, the best first.")
    ]
    first_available_period: Annotated[
        FirstPeriod | None, Field(description="The oldest month with an order; null without orders.")
    ]
    generated_at: Annotated[Instant, Field(description="The instant that the figures are of.")]
    comparison: Annotated[
        ComparisonShown | Missing, Field(description="Only where the request has `compare`.")
    ] = None


class DashboardCsv(RootModel[str]):
    """The same figures as comma-separated values, UTF-8."""

    model_config = ConfigDict(json_schema_extra={"contentMediaType": "text/csv"})


class DashboardXlsx(RootModel[bytes]):
    """The same figures as an Excel workbook (Office Open XML)."""

    model_config = ConfigDict(
        json_schema_extra={
            "contentMediaType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        }
    )
