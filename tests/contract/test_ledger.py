"""Orders that are hard to keep: ids of any content, thousands of items, instants to the microsecond."""

import pytest

from shared.documents.paths import customer_path, order_path
from shared.domain.instants import to_micros
from shared.ledger.ledger import Ledger
from tests.builders import an_order_item, utc
from tests.contract.backends import ZONE, Backend, new_ledger
from tests.contract.events import amended, apply, confirmed, created, in_store, reached, registered
from tests.counted import counted, recount
from tests.fakes import FakeStores

IDS = [
    "a/b", "/", ".", "..", "a.b", "__x__", "__", " ", "`", "~*[]", "%2F", "=x", "'\"\\", "é",
    "\U0001f469\u200d\U0001f680", "\U0001f6d2" * 200, "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("any_id", IDS)
def test_an_id_may_hold_anything(backend: Backend, any_id: str) -> None:
    item = an_order_item(any_id, "10.00")
    events = [
        in_store(any_id, event)
        for event in (
            created(any_id, customerId=any_id, couponCode=any_id, items=[item]),
            reached("COMPLETED", any_id),
            registered(any_id),
            confirmed(any_id),
        )
    ]
    for event in events:
        assert apply(new_ledger(backend), event) == ["applied"]
    assert counted(backend, any_id) == recount(events, ZONE, any_id)


def test_ids_that_look_alike_stay_apart(backend: Backend) -> None:
    alike = ["a/b", "a%2Fb", "a b", "a%20b", "A/b", "a/b ", "=a", "%3Da"]
    events = [created(name, customerId=name, items=[an_order_item(name)]) for name in alike]
    apply(new_ledger(backend), *events)
    assert counted(backend, "s-1") == recount(events, ZONE)
    assert len(backend.collection("s-1", "orders")) == len(alike)


def test_an_order_may_have_two_thousand_items(backend: Backend) -> None:
    items = [an_order_item(f"p-{n}", f"{n}.{n % 100:02}", imgCardUrl="x" * 40) for n in range(2000)]
    events = [created(items=items), reached("COMPLETED")]
    for event in events:
        assert apply(new_ledger(backend), event) == ["applied"]
    assert counted(backend, "s-1") == recount(events, ZONE)


def test_instants_keep_their_microseconds(backend: Backend) -> None:
    at = "2026-11-20T12:00:00.123456-03:00"
    apply(new_ledger(backend), created(created_at=at), registered("c-1", at))
    customer = backend.fields(customer_path("s-1", "c-1")) or {}
    order = backend.fields(order_path("s-1", "o-1")) or {}
    assert order["createdAt"] == customer["registeredAt"] == utc(at)
    assert customer["firstOrderAt"] == customer["lastOrderAt"] == to_micros(utc(at))


def test_a_refund_a_microsecond_after_the_completion_takes_the_sale_back(backend: Backend) -> None:
    ledger = new_ledger(backend)
    events = [
        created(),
        reached("COMPLETED", at="2026-11-21T12:00:00.000001Z"),
        reached("REFOUNDED", at="2026-11-21T12:00:00.000002Z"),
    ]
    for event in events:
        apply(ledger, event)
    month = counted(backend, "s-1")["months", "2026-11"]
    assert month["20.totalRefundedOrders"] == 1
    assert "20.totalSales" not in month


def test_a_repeated_event_moves_nothing(backend: Backend) -> None:
    for ledger in (new_ledger(backend), new_ledger(backend)):
        apply(ledger, created())
        apply(ledger, reached("COMPLETED"))
        assert apply(ledger, created(), reached("COMPLETED"), created()) == ["duplicate"] * 3
    assert counted(backend, "s-1")["months", "2026-11"]["totalOrders"] == 1


def test_repeats_within_one_list_are_told_apart(backend: Backend) -> None:
    results = apply(new_ledger(backend), created(), created(), reached("COMPLETED"), reached("COMPLETED"))
    assert results == ["applied", "duplicate", "applied", "duplicate"]


def test_an_order_keeps_the_zone_it_was_counted_in(backend: Backend) -> None:
    apply(new_ledger(backend), created(created_at="2026-11-01T01:00:00Z"))
    assert {key[1] for key in counted(backend, "s-1") if key[0] == "months"} == {"2026-10"}
    assert (backend.fields(order_path("s-1", "o-1")) or {})["timezone"] == ZONE


def test_what_was_counted_in_an_older_zone_is_taken_back_from_there(backend: Backend) -> None:
    at = "2026-11-01T01:00:00Z"
    apply(Ledger(backend.documents, FakeStores("UTC")), registered("c-1", at))
    apply(Ledger(backend.documents, FakeStores(ZONE)), confirmed("c-1", at))
    assert counted(backend, "s-1") == recount([registered("c-1", at), confirmed("c-1", at)], ZONE)


def test_a_customer_whose_only_order_moved_on_has_no_order_times(backend: Backend) -> None:
    ledger = new_ledger(backend)
    apply(ledger, created(customerId="c-1"))
    apply(ledger, amended(customerId="c-2"))
    left = backend.fields(customer_path("s-1", "c-1")) or {}
    assert not left["firstOrderAt"]
    assert not left["lastOrderAt"]
    assert left["totalOrders"] == 0
    apply(ledger, created("o-2", "2026-11-05T12:00:00Z", customerId="c-1"))
    back = backend.fields(customer_path("s-1", "c-1")) or {}
    assert back["firstOrderAt"] == back["lastOrderAt"] == to_micros(utc("2026-11-05T12:00:00Z"))
