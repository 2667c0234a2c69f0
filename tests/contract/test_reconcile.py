"""Reconciliation reports and repairs every counter that differs from the orders, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Increment

from shared.adapters.firestore.client import Client
from shared.documents.paths import customer_path, tally_path
from shared.documents.store import MOST_TRANSFORMS
from shared.domain.instants import to_micros
from shared.domain.period import Month
from shared.domain.tallies import COUPON_MONTHS, COUPONS, CUSTOMERS, PRODUCT_MONTHS
from shared.errors import RecordUnreadable
from tests.builders import NOON, an_order_item, utc
from tests.contract.events import amended, confirmed, created, reached, refunded_in_part, registered
from tests.contract.reconciling import NOVEMBER, STORE, Desk

ITEMS = [an_order_item("p-1", "100.00"), an_order_item("p/2", "29.90")]


@pytest.fixture
def desk(client: Client) -> Desk:
    """Return a store with orders of all kinds in two months."""
    desk = Desk(client)
    desk.deliver(
        created("o-1", couponCode="TEN", items=ITEMS),
        created("o-2", "2026-11-20T01:00:00Z", customerId=None),
        created("o-3", "2026-11-01T02:59:59Z", customerId="c-2", couponCode="A/B"),
        created("o-4", "2026-11-30T23:00:00-03:00", customerId="c-2"),
        created("o-5", "2026-11-05T12:00:00Z", customerId="c/3", items=[]),
        reached("CREATED", "o-6"),
    )
    desk.deliver(*[reached("COMPLETED", f"o-{n}") for n in (1, 2, 3, 4)])
    desk.deliver(reached("REFOUNDED", "o-2", "2026-11-22T12:00:00Z"), reached("EXPIRED", "o-5"))
    desk.deliver(amended("o-5", "2026-10-05T12:00:00Z", customerId="c-1", items=ITEMS))
    desk.deliver(registered("c-1"), confirmed("c-1"), registered("c-9", "2026-11-01T02:59:59Z"))
    desk.deliver(registered("c-8", "2026-12-01T02:59:59Z"))
    assert desk.is_exact()
    return desk


@pytest.mark.parametrize("month", [Month(2026, 9), Month(2026, 10), NOVEMBER, Month(2026, 12)], ids=str)
def test_what_was_counted_honestly_has_no_drift(desk: Desk, month: Month) -> None:
    report = desk.run(month=month, repair=True)
    assert (report.drift, report.drift_count) == ([], 0)
    assert report.orders == {"2026-10": 2, "2026-11": 3}.get(str(month), 0)
    assert desk.is_exact()


def test_orders_of_another_zone_are_compared_by_the_days_they_were_counted_on(desk: Desk) -> None:
    desk.client.document("stores", STORE).update({"timezone": "Asia/Tokyo"})
    desk.ledger = type(desk.ledger)(desk.backend.documents, desk.backend.new_stores())
    desk.deliver(created("o-7", "2026-10-31T20:00:00Z"), registered("c-7", "2026-11-30T20:00:00Z"))
    assert desk.drift(Month(2026, 10)) == desk.drift() == desk.drift(Month(2026, 12)) == []


def test_a_refund_of_another_months_order_is_compared_in_its_own_month(desk: Desk) -> None:
    desk.deliver(created("o-7", "2026-10-10T12:00:00Z"), created("o-8", "2026-09-30T12:00:00Z"))
    desk.deliver(reached("COMPLETED", "o-7"), refunded_in_part("o-7", "5.00", "2026-11-03T12:00:00Z"))
    desk.deliver(reached("COMPLETED", "o-8"), reached("REFOUNDED", "o-8", "2026-11-25T02:59:59Z"))
    assert desk.is_exact()
    assert [desk.drift(month) for month in (Month(2026, 9), Month(2026, 10), NOVEMBER)] == [[], [], []]
    for day, amount in (("03", 500), ("24", 12990)):
        desk.at(*MONTH).update({f"days.`{day}`.refundedOnDay": Increment(-1)})
        assert desk.drift() == [(*MONTH, day, "refundedOnDay", amount, amount - 1)]
        desk.run(repair=True)
    assert desk.is_exact()


def at(path: tuple[str, ...]) -> tuple[str, ...]:
    return path[2:]


PRODUCT = at(tally_path(STORE, PRODUCT_MONTHS, NOVEMBER, "p/2"))
GHOST = at(tally_path(STORE, PRODUCT_MONTHS, NOVEMBER, "ghost"))
CUSTOMER, COUPON = at(customer_path(STORE, "c-1")), at(tally_path(STORE, COUPONS, of="TEN"))
COUPON_MONTH = at(tally_path(STORE, COUPON_MONTHS, NOVEMBER, "TEN"))
MONTH = ("months", "2026-11")
FIRST, LAST = (to_micros(utc(text)) for text in ("2026-10-05T12:00:00Z", "2026-11-20T12:00:00Z"))


def added(**fields: int) -> Callable[[Any], object]:
    return lambda reference: reference.update({name: Increment(n) for name, n in fields.items()})


def put(**fields: Any) -> Callable[[Any], object]:
    return lambda reference: reference.set(fields, merge=True)


CORRUPTIONS = [
    (MONTH, added(totalOrders=5), [("", "totalOrders", 3, 8)]),
    (MONTH, added(registeredCustomers=-1), [("", "registeredCustomers", 2, 1)]),
    (MONTH, put(days={"20": {"totalOrders": 7}}), [("20", "totalOrders", 1, 7)]),
    (MONTH, put(days={"31": {"itemSales": 7}}), [("31", "itemSales", 0, 7)]),
    (MONTH, put(hours={"20": {"09": {"totalOrders": 7}}}), [("20.09", "totalOrders", 1, 7)]),
    (MONTH, put(hours={"31": {"01b": {"totalSales": 7}}}), [("31.01b", "totalSales", 0, 7)]),
    (PRODUCT, added(totalSales=-2990), [("", "totalSales", 2990, 0)]),
    (GHOST, put(month="2026-11", productId="ghost", totalOrders=2), [("", "totalOrders", 0, 2)]),
    (COUPON, added(timesUsed=1), [("", "timesUsed", 1, 2)]),
    (COUPON_MONTH, added(totalSalesAmount=1), [("", "totalSalesAmount", 12990, 12991)]),
    (COUPON_MONTH, put(days={"20": {"timesUsed": 0}}), [("20", "timesUsed", 1, 0)]),
    (CUSTOMER, added(totalExpiredOrders=2), [("", "totalExpiredOrders", 1, 3)]),
    (CUSTOMER, put(totalSales="a lot"), [("", "totalSales", 12990, 0)]),
    (
        CUSTOMER,
        put(firstOrderAt=1, lastOrderAt=2),
        [("", "firstOrderAt", FIRST, 1), ("", "lastOrderAt", LAST, 2)],
    ),
    (CUSTOMER, put(lastOrderAt=None), [("", "lastOrderAt", LAST, None)]),
    (
        at(tally_path(STORE, COUPONS, of="NEVER")),
        put(couponCode="NEVER", timesUsed=3, totalSalesAmount=9),
        [("", "timesUsed", 0, 3), ("", "totalSalesAmount", 0, 9)],
    ),
    (
        at(customer_path(STORE, "phantom")),
        put(**CUSTOMERS.identity(of="phantom"), totalOrders=3, lastOrderAt=LAST),
        [("", "lastOrderAt", 0, LAST), ("", "totalOrders", 0, 3)],
    ),
]


@pytest.mark.parametrize(("path", "corrupt", "drift"), CORRUPTIONS)
def test_a_wrong_counter_is_reported_and_repaired(
    desk: Desk, path: tuple[str, ...], corrupt: Callable[[Any], object], drift: list[tuple[Any, ...]]
) -> None:
    corrupt(desk.at(*path))
    expected = [(*path, *one) for one in drift]
    assert desk.drift() == expected
    assert not desk.is_exact()
    assert desk.run(repair=True).drift_count == len(expected)
    assert desk.is_exact()
    assert desk.drift() == []


def without_zeros(fields: Any) -> dict[str, Any]:
    found = {name: without_zeros(value) if type(value) is dict else value for name, value in fields.items()}
    return {name: value for name, value in found.items() if value not in (0, {}) and name != "version"}


@pytest.mark.parametrize("path", [MONTH, PRODUCT, COUPON, COUPON_MONTH], ids=lambda path: path[0])
def test_a_deleted_tally_is_reported_and_comes_back_whole(desk: Desk, path: tuple[str, ...]) -> None:
    before = without_zeros(desk.at(*path).get().to_dict())
    desk.at(*path).delete()
    wrong = desk.drift()
    assert {one[:2] for one in wrong} == {path}
    assert {one[-1] for one in wrong} == {0}
    desk.run(repair=True)
    assert without_zeros(desk.at(*path).get().to_dict()) == before
    assert desk.drift() == []


def test_a_month_with_more_wrong_counters_than_a_commit_takes_comes_back_whole(desk: Desk) -> None:
    desk.deliver(*(created(f"h-{n}", f"2026-11-{1 + n // 24:02}T{n % 24:02}:30:00Z") for n in range(480)))
    before = without_zeros(desk.at(*MONTH).get().to_dict())
    desk.at(*MONTH).delete()
    assert len(desk.drift()) > MOST_TRANSFORMS
    desk.run(repair=True)
    assert without_zeros(desk.at(*MONTH).get().to_dict()) == before
    assert desk.drift() == []


@pytest.mark.parametrize(
    ("path", "field", "spoiled"),
    [
        (("orders", "o-1"), "statuses", "COMPLETED"),
        (("orders", "o-2"), "timezone", "Mars/Olympus"),
        (CUSTOMER, "registeredAt", NOON),
        (CUSTOMER, "timezone", 3),
    ],
)
def test_a_record_that_can_not_be_read_is_named_and_stops_the_run(
    desk: Desk, path: tuple[str, ...], field: str, spoiled: Any
) -> None:
    before = desk.at(*path).get().get(field)
    desk.at(*path).update({field: spoiled, "emailConfirmed": "yes"})
    with pytest.raises(RecordUnreadable, match=f"^stores/{STORE}/{'/'.join(path)}: "):
        desk.run(repair=True)
    desk.at(*path).update({field: before, "emailConfirmed": True})
    assert desk.drift() == []


def test_a_deleted_customer_comes_back_with_what_orders_tell(desk: Desk) -> None:
    reference = desk.at(*customer_path(STORE, "c-2")[2:])
    before = reference.get().to_dict()
    reference.delete()
    desk.run(repair=True)
    after = reference.get().to_dict()
    assert after.pop("version") > 0
    assert before.pop("version") > 0
    assert after.pop("updatedAt") > before.pop("updatedAt")
    assert after == before


def test_a_repaired_customer_gets_a_newer_version_and_a_new_card(desk: Desk) -> None:
    customer = desk.at(*CUSTOMER)
    customer.update({"totalOrders": Increment(1)})
    version = customer.get().get("version")
    desk.run(repair=True)
    assert customer.get().get("version") > version
    assert desk.renewed == ["c-1"]


@pytest.mark.parametrize("path", [MONTH, PRODUCT, COUPON_MONTH], ids=lambda path: path[0])
def test_a_repair_is_seen_by_the_version_of_its_month(desk: Desk, path: tuple[str, ...]) -> None:
    spoiled = ("totalOrders", "totalSales", "totalSalesAmount")
    desk.at(*path).update({"days.20.n": 1, **dict.fromkeys(spoiled, Increment(1))})
    version = desk.at(*MONTH).get().get("version")
    desk.run()
    assert desk.at(*MONTH).get().get("version") == version
    desk.run(repair=True)
    assert desk.at(*MONTH).get().get("version") == version + 1


def test_a_customer_without_any_order_left_has_no_order_times(desk: Desk) -> None:
    desk.at(*customer_path(STORE, "c-9")[2:]).update({"firstOrderAt": 5, "lastOrderAt": 6})
    desk.run(month=Month(2026, 10), repair=True)
    fields = desk.at(*customer_path(STORE, "c-9")[2:]).get().to_dict()
    assert (fields["firstOrderAt"], fields["lastOrderAt"]) == (None, 0)


def test_a_report_alone_changes_nothing(desk: Desk) -> None:
    desk.at(*MONTH).update({"totalOrders": Increment(1)})
    assert not any(desk.run().drift_count != 1 for _ in range(2))
    assert desk.renewed == []


def test_coupons_that_the_month_did_not_use_may_be_left_out(desk: Desk) -> None:
    desk.at(*tally_path(STORE, COUPONS, of="NEVER")[2:]).set({"couponCode": "NEVER", "timesUsed": 3})
    desk.at(*COUPON).update({"timesUsed": Increment(1)})
    assert [one.path[-1] for one in desk.run(every=False).drift] == ["TEN"]
