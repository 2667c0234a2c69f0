"""A customer's first and last order, also when an amendment takes one away."""

from datetime import datetime, timedelta

import pytest

from shared.documents.entries import Record
from shared.documents.paths import customer_path, record_path
from shared.documents.store import ABSENT
from shared.domain.changes import Change
from shared.domain.customer import Registration
from shared.domain.instants import to_micros
from shared.domain.order import OrderFacts
from shared.domain.order_times import OtherOrders
from shared.domain.store import Terms
from shared.ledger.decide import Decision, decide
from tests.builders import NOON, a_customer_change, a_snapshot, an_order_change, facts

EARLIER, LATER = NOON - timedelta(days=3), NOON + timedelta(days=3)
CUSTOMER, OTHER = customer_path("s-1", "c-1"), customer_path("s-1", "c-2")


def an_order(
    created_at: datetime = NOON, customer_id: str | None = "c-1", *, amended: bool = False
) -> OrderFacts:
    at = LATER if amended else EARLIER
    return facts(a_snapshot(occurred_at=at, created_at=created_at, customer_id=customer_id))


def decided(
    *changes: Change, known: OrderFacts | None = None, others: dict[str, OtherOrders] | None = None
) -> Decision:
    """Decide about a list. `known` is on record for o-1; the other orders are new."""
    records = {}
    for change in changes:
        blank = OrderFacts() if isinstance(change.facts, OrderFacts) else Registration()
        is_known = known is not None and record_path(change)[-1] == "o-1"
        records[record_path(change)] = Record(
            facts=known if known and is_known else blank,
            timezone="UTC",
            version="v-7" if is_known else ABSENT,
        )
    by_owner = {("s-1", customer_id): other for customer_id, other in (others or {}).items()}
    return decide(changes, records, {"s-1": Terms(timezone="UTC")}, by_owner)


def test_a_new_order_stretches_first_and_last() -> None:
    write = decided(an_order_change(an_order())).writes[CUSTOMER]
    assert write.minimums == {"firstOrderAt": to_micros(NOON)}
    assert write.maximums == {"lastOrderAt": to_micros(NOON)}


def test_several_orders_in_one_list_stretch_by_their_extremes() -> None:
    write = decided(
        an_order_change(an_order(NOON), "o-1"),
        an_order_change(an_order(LATER), "o-2"),
        an_order_change(an_order(EARLIER), "o-3"),
    ).writes[CUSTOMER]
    assert write.minimums == {"firstOrderAt": to_micros(EARLIER)}
    assert write.maximums == {"lastOrderAt": to_micros(LATER)}
    assert write.increments[("version",)] == 1
    assert write.increments[("totalOrders",)] == 3


def test_a_step_that_moves_no_figure_leaves_its_customer_and_hides_no_other_order() -> None:
    paid, ordered = an_order_change(facts(paid=LATER)), an_order_change(an_order(customer_id="c-2"), "o-2")
    writes = decided(paid, ordered, known=an_order()).writes
    assert CUSTOMER not in writes
    assert writes[OTHER].minimums == {"firstOrderAt": to_micros(NOON)}
    assert writes[OTHER].maximums == {"lastOrderAt": to_micros(NOON)}


def test_a_guest_has_no_times() -> None:
    decision = decided(an_order_change(an_order(customer_id=None)))
    assert [path for path in decision.writes if path[2] == "customers"] == []


@pytest.mark.parametrize(
    ("amendment", "unknown"),
    [
        (an_order(LATER, amended=True), {("s-1", "c-1")}),
        (an_order(EARLIER, amended=True), {("s-1", "c-1")}),
        (an_order(NOON, "c-2", amended=True), {("s-1", "c-1")}),
        (an_order(NOON, None, amended=True), {("s-1", "c-1")}),
        (an_order(NOON, amended=True), set()),
        (facts(completed=LATER), set()),
    ],
)
def test_a_time_that_is_taken_back_asks_for_the_other_orders(
    amendment: OrderFacts, unknown: set[tuple[str, str]]
) -> None:
    assert decided(an_order_change(amendment), known=an_order()).unknown == unknown


def test_a_moved_time_is_set_anew_from_the_other_orders() -> None:
    decision = decided(
        an_order_change(an_order(LATER, amended=True)),
        known=an_order(EARLIER),
        others={"c-1": OtherOrders(times=(NOON,), version="v-3")},
    )
    write = decision.writes[CUSTOMER]
    assert write.fields["firstOrderAt"] == to_micros(NOON)
    assert write.fields["lastOrderAt"] == to_micros(LATER)
    assert write.version == "v-3"
    assert (write.minimums, write.maximums) == ({}, {})
    assert decision.unknown == set()


def test_an_order_that_left_takes_its_time_along() -> None:
    decision = decided(
        an_order_change(an_order(EARLIER, "c-2", amended=True)),
        known=an_order(EARLIER),
        others={"c-1": OtherOrders(times=(NOON, LATER), version="v-3")},
    )
    left, joined = decision.writes[CUSTOMER], decision.writes[OTHER]
    assert (left.fields["firstOrderAt"], left.fields["lastOrderAt"]) == (to_micros(NOON), to_micros(LATER))
    assert left.version == "v-3"
    assert (joined.minimums, joined.version) == ({"firstOrderAt": to_micros(EARLIER)}, None)


def test_the_only_order_that_left_leaves_no_time() -> None:
    decision = decided(
        an_order_change(an_order(NOON, None, amended=True)),
        known=an_order(),
        others={"c-1": OtherOrders(times=(), version="v-3")},
    )
    assert decision.writes[CUSTOMER].fields["firstOrderAt"] is None
    assert decision.writes[CUSTOMER].fields["lastOrderAt"] == 0


def test_an_order_that_stays_in_the_list_counts_beside_the_others() -> None:
    decision = decided(
        an_order_change(an_order(NOON, None, amended=True), "o-1"),
        an_order_change(an_order(LATER), "o-2"),
        known=an_order(),
        others={"c-1": OtherOrders(times=(), version="v-3")},
    )
    assert decision.writes[CUSTOMER].fields["firstOrderAt"] == to_micros(LATER)


def test_the_version_of_a_registration_in_the_list_is_the_stricter_one() -> None:
    decision = decided(
        a_customer_change("c-1"),
        an_order_change(an_order(LATER, amended=True)),
        known=an_order(),
        others={"c-1": OtherOrders(times=(), version="v-3")},
    )
    assert decision.writes[CUSTOMER].version == ABSENT
    assert decision.writes[CUSTOMER].maximums == {}
    assert decision.writes[CUSTOMER].fields["registeredAt"] == NOON


def test_a_repeat_beside_a_registration_says_nothing_of_the_times() -> None:
    decision = decided(a_customer_change("c-1"), an_order_change(an_order()), known=an_order())
    write = decision.writes[CUSTOMER]
    assert (write.minimums, write.maximums) == ({}, {"lastOrderAt": 0})
    assert write.increments[("totalOrders",)] == 0
    assert decision.moved == [True, False]
