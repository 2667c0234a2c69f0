"""The recount of counters, by hand."""

from emulator.recount import Key, recount_counters
from tests.unit.wire_events import account, an_order, changed, created

EVENTS = [
    created(an_order("o-1", price="10.00", coupon="TEN", items={"p-1": "4.00", "p-2": "6.00"})),
    changed(8, "2026-11-10T13:00:00Z", "o-1"),
    # 02:30 in UTC on 1 December is 23:30 on 30 November in São Paulo.
    created(an_order("o-2", created_at="2026-12-01T02:30:00Z", customer_id=None, items={"p-1": "5.00"})),
    changed(9, "2026-12-02T12:00:00Z", "o-2"),
    account("customer-registered", "c-1", "2026-11-10T12:00:00Z"),
]


def recount(store_id: str = "s-1", timezone: str = "America/Sao_Paulo") -> dict[Key, dict[str, int]]:
    return recount_counters(EVENTS, store_id=store_id, timezone=timezone, currency="BRL")


def on_day(day: str, **counters: int) -> dict[str, int]:
    return {f"{day}.{name}": value for name, value in counters.items()}


def test_every_document_holds_its_counters_and_a_month_also_those_of_its_days() -> None:
    sale = {"totalSales": 1000, "totalCompletedOrders": 1, "ordersWithCoupon": 1}
    used = {"timesUsed": 1, "totalSalesAmount": 1000}
    at = 1_794_312_000_000_000
    assert recount() == {
        ("months", "2026-11"): {"totalOrders": 2, "registeredCustomers": 1}
        | on_day("10", totalOrders=1, ordersOfCustomers=1, itemSales=1000, registeredCustomers=1, **sale)
        | on_day("10.09", totalOrders=1, registeredCustomers=1, **sale)
        | on_day("30", totalOrders=1, totalExpiredOrders=1)
        | on_day("30.23", totalOrders=1, totalExpiredOrders=1),
        ("productMonths", "2026-11", "p-1"): {"totalOrders": 2, "totalSales": 400}
        | on_day("10", totalOrders=1, totalSales=400)
        | on_day("30", totalOrders=1),
        ("productMonths", "2026-11", "p-2"): {"totalOrders": 1, "totalSales": 600}
        | on_day("10", totalOrders=1, totalSales=600),
        ("couponMonths", "2026-11", "TEN"): used | on_day("10", **used),
        ("coupons", "TEN"): used,
        ("customers", "c-1"): sale | {"totalOrders": 1, "firstOrderAt": at, "lastOrderAt": at},
    }


def test_days_are_those_of_the_time_zone() -> None:
    assert recount(timezone="UTC")["months", "2026-12"] == {
        "totalOrders": 1
    } | on_day("01", totalOrders=1, totalExpiredOrders=1) | on_day(
        "01.02", totalOrders=1, totalExpiredOrders=1
    )  # fmt: skip


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    twice = [
        created(an_order(f"o-{n}", created_at=at, customer_id=None, items={}))
        for n, at in enumerate(("2026-11-01T05:59:59Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"))
    ]
    found = recount_counters(twice, store_id="s-1", timezone="America/New_York", currency="BRL")
    assert found["months", "2026-11"] == {"totalOrders": 3} | on_day("01", totalOrders=3) | {
        f"01.{hour}.totalOrders": 1 for hour in ("01", "01b", "02")
    }


def test_another_store_has_none_of_them() -> None:
    assert recount("s-2") == {}
