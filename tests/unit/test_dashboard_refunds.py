"""What was given back, by the day of the refund."""

from datetime import date

from shared.domain.dashboard import refunds_by_day
from shared.domain.period import Period

ROWS = {
    date(2026, 11, 18): {"refundedOnDay": 99_00},
    date(2026, 11, 19): {"refundedOnDay": 20_00, "refundedAmount": 7_00, "totalSales": 100_00},
    date(2026, 11, 20): {"totalSales": 50_00},
    date(2026, 11, 21): {"refundedOnDay": 5_50},
    date(2026, 11, 23): {"refundedOnDay": 99_00},
}


def test_each_day_of_a_period_shows_what_was_refunded_on_it() -> None:
    shown = refunds_by_day(Period(date(2026, 11, 19), date(2026, 11, 22)), ROWS, "BRL")
    assert shown == {
        "refundedAmount": 25.5,
        "days": [
            {"date": "2026-11-19", "refundedAmount": 20},
            {"date": "2026-11-20", "refundedAmount": 0},
            {"date": "2026-11-21", "refundedAmount": 5.5},
            {"date": "2026-11-22", "refundedAmount": 0},
        ],
    }


def test_refunds_are_shown_in_the_stores_currency() -> None:
    shown = refunds_by_day(Period(date(2026, 11, 18), date(2026, 11, 18)), ROWS, "JPY")
    assert shown == {"refundedAmount": 9900, "days": [{"date": "2026-11-18", "refundedAmount": 9900}]}
