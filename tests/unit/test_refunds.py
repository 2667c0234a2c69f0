"""What refunds of parts of an order take from its figures, and when they were given back."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.order import OrderFacts, Refund, given_back
from shared.domain.refunds import refunded
from shared.domain.tallies import COUPONS, CUSTOMERS, PRODUCT_MONTHS, STORE_MONTHS, Tally, contribution
from tests.builders import NOON, a_refund, a_snapshot, an_item, facts

EARLIER, LATER, LAST = (NOON + timedelta(hours=hours) for hours in (-1, 1, 2))
ITEMS = (an_item("blue", 60_00), an_item("red", 30_00), an_item("blue", 10_00))


def sold(**reached: datetime) -> OrderFacts:
    """Return a completed order of 110.00, of which 10.00 are shipping."""
    snapshot = a_snapshot(price_minor=110_00, customer_id="c-1", coupon_code="TEN", items=ITEMS)
    return facts(snapshot, **{"completed": NOON} | reached)


def counted(known: OrderFacts, tally: Tally, of: str = "") -> dict[str, int]:
    rows = contribution(known, "UTC").items()
    found = (amounts for row, amounts in rows if (row.tally, row.of) == (tally, of))
    return dict(next(amounts for amounts in found if "refundedOnDay" not in amounts))


def told(known: OrderFacts, *refunds: Refund) -> OrderFacts:
    for n, refund in enumerate(refunds):
        known = known.merge(given_back(f"r-{n}", refund))
    return known


def test_a_partial_refund_reduces_the_sale_and_what_follows_from_it() -> None:
    known = told(sold(), a_refund(25_00), a_refund(5_00))
    store = counted(known, STORE_MONTHS)
    assert (store["totalSales"], store["refundedAmount"]) == (80_00, 30_00)
    assert (store["totalCompletedOrders"], store["totalRefundedOrders"]) == (1, 0)
    assert counted(known, CUSTOMERS, "c-1")["totalSales"] == 80_00
    assert counted(known, COUPONS, "TEN") == {"timesUsed": 1, "totalSalesAmount": 80_00}


def test_a_refund_that_names_products_reduces_their_sales() -> None:
    known = told(sold(), a_refund(45_00, blue=20_00, red=15_00), a_refund(1_00, blue=1_00, gone=0))
    blue, red = (counted(known, PRODUCT_MONTHS, of) for of in ("blue", "red"))
    assert (blue["totalSales"], blue["refundedAmount"]) == (49_00, 21_00)
    assert (red["totalSales"], red["refundedAmount"]) == (15_00, 15_00)
    assert counted(known, STORE_MONTHS)["itemSales"] == 64_00


def test_a_refund_that_names_none_leaves_the_products_sales_as_they_are() -> None:
    known = told(sold(), a_refund(45_00))
    assert counted(known, PRODUCT_MONTHS, "blue") == {
        "totalOrders": 1, "totalSales": 70_00, "refundedAmount": 0
    }  # fmt: skip
    assert counted(known, STORE_MONTHS)["itemSales"] == 100_00


def test_refunds_take_back_no_more_than_there_was() -> None:
    known = told(sold(), a_refund(100_00, red=100_00), a_refund(100_00))
    store, red = counted(known, STORE_MONTHS), counted(known, PRODUCT_MONTHS, "red")
    assert (store["totalSales"], store["refundedAmount"], store["totalCompletedOrders"]) == (0, 110_00, 1)
    assert (red["totalSales"], red["refundedAmount"]) == (0, 30_00)


def test_a_full_refund_gives_back_the_whole_price_once() -> None:
    known = told(sold(refunded=LATER), a_refund(25_00, blue=25_00), a_refund(5_00, at=LAST))
    store, blue = counted(known, STORE_MONTHS), counted(known, PRODUCT_MONTHS, "blue")
    assert (store["totalSales"], store["refundedAmount"], store["totalRefundedOrders"]) == (0, 110_00, 1)
    assert (blue["totalSales"], blue["refundedAmount"]) == (0, 70_00)


def test_of_a_full_refund_that_was_undone_the_partial_ones_remain() -> None:
    known = told(sold(refunded=NOON, completed=LATER), a_refund(25_00))
    store = counted(known, STORE_MONTHS)
    assert (store["totalSales"], store["refundedAmount"], store["totalRefundedOrders"]) == (85_00, 25_00, 1)


@pytest.mark.parametrize(
    "known",
    [
        facts(a_snapshot(items=ITEMS), paid=NOON),
        facts(a_snapshot(items=ITEMS), refunded=NOON),
        facts(a_snapshot(items=ITEMS), expired=NOON),
    ],
    ids=["paid", "refunded", "expired"],
)
def test_what_was_never_completed_was_no_sale_and_gives_nothing_back(known: OrderFacts) -> None:
    known = told(known, a_refund(25_00, blue=10_00))
    assert counted(known, STORE_MONTHS)["refundedAmount"] == 0
    assert counted(known, PRODUCT_MONTHS, "blue")["refundedAmount"] == 0


def test_a_refund_before_the_order_is_known_counts_once_it_is() -> None:
    early = told(OrderFacts(), a_refund(25_00))
    assert contribution(early, "UTC") == {}
    assert early.missing_since == NOON
    assert counted(sold().merge(early), STORE_MONTHS)["totalSales"] == 85_00


def test_an_order_of_which_something_was_refunded_had_been_paid() -> None:
    known = told(facts(a_snapshot(), overdue=LATER), a_refund(25_00))
    assert known.awaiting_since is None
    assert not known.has_expired


def test_each_refund_is_given_back_at_its_own_time_and_a_full_one_gives_back_the_rest() -> None:
    parts = (a_refund(25_00, at=EARLIER), a_refund(5_00, at=LAST), a_refund(30_00, at=NOON))
    assert list(refunded(told(sold(), *parts))) == [(EARLIER, 25_00), (NOON, 30_00), (LAST, 5_00)]
    wholly = told(sold(refunded=LATER), *parts)
    assert list(refunded(wholly)) == [(EARLIER, 25_00), (NOON, 30_00), (LATER, 55_00)]
    capped = told(sold(), *parts, a_refund(80_00, at=LATER))
    assert list(refunded(capped)) == [(EARLIER, 25_00), (NOON, 30_00), (LATER, 55_00)]


@given(
    st.lists(
        st.builds(
            a_refund,
            st.integers(0, 80_00),
            at=st.sampled_from([EARLIER, NOON, LATER]),
            blue=st.integers(0, 80_00),
            red=st.integers(0, 80_00),
        ),
        max_size=4,
    ),
    st.sampled_from([{}, {"refunded": LATER}, {"refunded": NOON, "completed": LATER}]),
)
def test_sales_and_what_was_given_back_make_the_price(
    refunds: list[Refund], reached: dict[str, datetime]
) -> None:
    known = told(sold(**reached), *refunds)
    store = counted(known, STORE_MONTHS)
    assert store["totalSales"] + store["refundedAmount"] == 110_00
    assert sum(amount for _, amount in refunded(known)) == store["refundedAmount"]
    assert min(store.values()) >= 0
    for of, total in (("blue", 70_00), ("red", 30_00)):
        product = counted(known, PRODUCT_MONTHS, of)
        assert product["totalSales"] + product["refundedAmount"] == total
        assert min(product.values()) >= 0


def test_of_two_contents_under_one_id_the_later_one_stands_then_the_larger_one() -> None:
    contents = [a_refund(9_00), a_refund(3_00, at=LATER), a_refund(4_00, at=LATER)]
    known = sold()
    for refund in contents:
        known = known.merge(given_back("r-1", refund))
    assert known.refunds == {"r-1": contents[2]}
