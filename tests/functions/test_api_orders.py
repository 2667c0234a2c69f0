"""The orders behind a figure, and one order, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.builders import an_order_item
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import an_old_creation, an_old_order, an_old_status, push

pytestmark = pytest.mark.usefixtures("pubsub")
Apps = dict[str, Flask]


@pytest.fixture
def asker(crowd: Crowd, apps: Apps, store_id: str) -> Asker:
    """Return a viewer of a store with five orders of May 2024: o/0 refunded, o/1 and o/2 completed."""
    for n in range(5):
        items = [an_order_item(total=f"{n + 1}.00")]
        order = an_old_order(f"o/{n}", price=f"{n + 1}.50", couponCode="TEN", items=items)
        push(apps["order_created"], "order-created", an_old_creation(store_id, order, eventId=f"e-{n}"))
    for n, status in ((0, "COMPLETED"), (1, "COMPLETED"), (2, "COMPLETED"), (0, "REFOUNDED")):
        event = an_old_status(store_id, status, orderId=f"o/{n}", eventId=f"{status} {n}")
        push(apps["order_status_changed"], "order-status-changed", event)
    return crowd.somebody([store_id])


def listed(asker: Asker, store_id: str, counter: str, **query: Any) -> Any:
    period = {} if "customerId" in query or "day" in query else {"year": 2024, "month": 5}
    answer = asker.get("/store/orders", storeId=store_id, counter=counter, **period, **query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_every_figure_of_the_summary_opens_and_its_orders_add_up_to_it(asker: Asker, store_id: str) -> None:
    dashboard = asker.get("/store/dashboard", storeId=store_id, year=2024, month=5).get_json()
    figures = {
        name: value
        for name, value in dashboard["summary"].items()
        if name not in ("averageTicket", "totalCustomers", "newCustomers")
    }
    assert figures["totalRefundedOrders"] == 1
    assert figures["totalSales"] == 6.0
    for name, value in figures.items():
        page = listed(asker, store_id, name)
        assert page["total"] == value == sum(order["adds"] for order in page["orders"]), name
    (product,), (coupon,) = dashboard["salesByProduct"], dashboard["salesByCoupon"]
    assert listed(asker, store_id, "totalSales", productId="p-1")["total"] == product["totalSales"] == 5.0
    assert listed(asker, store_id, "timesUsed", couponCode="TEN")["total"] == coupon["timesUsed"] == 2
    card = asker.get("/store/customers/c-1/metrics", storeId=store_id).get_json()
    assert listed(asker, store_id, "totalSpent", customerId="c-1")["total"] == card["totalSpent"]
    assert listed(asker, store_id, "totalOrders", day="2024-05-20")["total"] == 5


def test_a_line_tells_the_order_and_what_it_adds(asker: Asker, store_id: str) -> None:
    page = listed(asker, store_id, "totalRefundedOrders")
    assert page["orders"] == [
        {
            "orderId": "o/0",
            "createdAt": "2024-05-20T12:00:00Z",
            "customerId": "c-1",
            "status": "REFOUNDED",
            "price": 1.5,
            "adds": 1,
        }
    ]
    assert (page["currency"], page["nextCursor"]) == ("BRL", None)
    assert page["period"]["startDate"] == "2024-05-01"


def test_pages_follow_one_another(asker: Asker, store_id: str) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = listed(asker, store_id, "totalOrders", limit=2, **cursor)
        seen += [order["orderId"] for order in page["orders"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == ["o/4", "o/3", "o/2", "o/1", "o/0"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            {"counter": "averageTicket"},
            "expected as counter of a store one of grossSales, itemSales, netSales, ordersWithCoupon",
        ),
        ({"counter": "newCustomers"}, "expected as counter of a store"),
        ({"counter": "totalExpiredOrders", "productId": "p-1"}, "expected as counter of productId one of"),
        ({"counter": "totalSales", "productId": "p", "couponCode": "X"}, "got productId and couponCode"),
        ({"counter": "totalSales", "customerId": "c-1", "day": "2024-05-20"}, "expected no period with"),
        ({"counter": "totalSales", "customerId": "c", "year": 2024, "month": 5}, "expected no period with"),
        ({"counter": "totalSales", "day": "2024-05-20", "year": 2024, "month": 5}, "either day or a period"),
        ({"counter": "totalSales", "year": 2024}, "expected year and month together"),
        ({"counter": "totalSales", "cursor": "x"}, "expected the nextCursor of an earlier answer"),
    ],
)
def test_a_wrong_question_says_what_was_expected(
    asker: Asker, store_id: str, query: dict[str, Any], said: str
) -> None:
    answer = asker.get("/store/orders", storeId=store_id, **query)
    assert said in problem(answer, 400)["detail"]


def test_a_page_has_at_most_200_orders(asker: Asker, store_id: str) -> None:
    answer = asker.get("/store/orders", storeId=store_id, counter="totalSales", limit=201)
    assert wrong_fields(answer) == {"limit"}


def test_an_order_tells_its_history_and_what_it_adds_to_each_figure(asker: Asker, store_id: str) -> None:
    order = asker.get("/store/orders/o/0", storeId=store_id).get_json()
    assert [fact["what"] for fact in order["history"]] == ["PLACED", "DESCRIBED", "COMPLETED", "REFOUNDED"]
    assert order["history"][1]["eventId"] == "e-0"
    assert (order["status"], order["saleCounts"]) == ("REFOUNDED", False)
    assert order["why"] == "Its sale does not count: it was refunded when it was completed, or later."
    counted = {(one["of"], one["id"], one["counter"]): one["adds"] for one in order["contribution"]}
    assert counted == {
        ("store", None, "totalOrders"): 1,
        ("store", None, "ordersOfCustomers"): 1,
        ("store", None, "totalRefundedOrders"): 1,
        ("store", None, "refundedAmount"): 1.5,
        ("store", None, "refundedOnDay"): 1.5,
        ("product", "p-1", "totalOrders"): 1,
        ("product", "p-1", "refundedAmount"): 1.0,
        ("customer", "c-1", "totalOrders"): 1,
        ("customer", "c-1", "totalRefundedOrders"): 1,
    }
    assert order["firstHeardAt"] < order["lastChangedAt"]


def test_an_order_tells_its_events_in_the_order_in_which_they_were_counted(
    asker: Asker, apps: Apps, store_id: str
) -> None:
    def tell(event_id: str, **event: Any) -> None:
        body = an_old_status(store_id, orderId="o/9", eventId=event_id) | event
        push(apps["order_status_changed"], "order-status-changed", body)

    refund = {"refundId": "r-1", "amount": "0.50", "currency": "BRL"}
    tell("stripe:evt_2", occurredAt="2024-05-22T12:00:00Z", refund=refund, status=None)
    tell("late", occurredAt="2024-05-21T12:00:00Z", status="COMPLETED")
    tell("late", occurredAt="2024-05-21T12:00:00Z", status="COMPLETED")
    created = an_old_creation(store_id, an_old_order("o/9", price="2.00"), eventId="created")
    push(apps["order_created"], "order-created", created)
    order = asker.get("/store/orders/o/9", storeId=store_id).get_json()
    arrivals = order["arrivals"]
    assert [(one["eventId"], one["told"], one["late"]) for one in arrivals] == [
        ("stripe:evt_2", ["PARTLY_REFUNDED"], False),
        ("late", ["COMPLETED"], True),
        ("created", ["PLACED", "DESCRIBED"], True),
    ]
    assert (arrivals[0]["provider"], arrivals[0]["amount"]) == ("stripe", 0.5)
    assert arrivals[1].keys().isdisjoint({"provider", "amount"})
    assert arrivals[0]["arrivedAt"] < arrivals[1]["arrivedAt"] < arrivals[2]["arrivedAt"]
    assert [fact["what"] for fact in order["history"]] == [
        "PLACED", "DESCRIBED", "COMPLETED", "PARTLY_REFUNDED",
    ]  # fmt: skip
    assert (order["history"][-1]["refundId"], order["history"][-1]["amount"]) == ("r-1", 0.5)


def test_an_order_of_which_only_a_status_is_known_says_so(asker: Asker, apps: Apps, store_id: str) -> None:
    push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id, orderId="missing"))
    order = asker.get("/store/orders/missing", storeId=store_id).get_json()
    assert (order["createdAt"], order["price"], order["contribution"]) == (None, None, [])
    assert "until its creation comes" in order["why"]


def test_an_order_that_nobody_told_of_is_not_found(asker: Asker, store_id: str) -> None:
    assert "no order 'x'" in problem(asker.get("/store/orders/x", storeId=store_id), 404)["detail"]
