"""Facts about an order merge in any order, with any repeats, to the same facts."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.order import OrderFacts, Snapshot, Status
from shared.domain.pseudonym import Pseudonyms
from tests.builders import NOON, a_refund, a_snapshot, an_item, facts

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)

ERASED = Pseudonyms(salt="salt").name("s-1", "c-1")

instants = st.sampled_from([EARLIER, NOON, LATER])
# So few stamps that equal ones with different contents are common.
snapshots = st.builds(
    a_snapshot,
    occurred_at=instants,
    event_id=st.sampled_from(["e-1", "e-2"]),
    price_minor=st.integers(0, 2),
    customer_id=st.sampled_from([None, "c-1", ERASED]),
    items=st.sampled_from([(), (an_item(),), (an_item(quantity=2.0),)]),
)
order_facts = st.builds(
    OrderFacts,
    snapshot=st.none() | snapshots,
    statuses=st.dictionaries(st.sampled_from(list(Status)), instants),
    progressed_at=st.none() | instants,
    overdue_at=st.none() | instants,
    refunds=st.dictionaries(
        st.sampled_from(["r-1", "r-2"]),
        st.builds(a_refund, st.integers(0, 2), at=instants, blue=st.integers(0, 2)),
    ),
)


@given(order_facts, order_facts)
def test_merging_is_commutative(a: OrderFacts, b: OrderFacts) -> None:
    assert a.merge(b) == b.merge(a)


@given(order_facts, order_facts, order_facts)
def test_merging_is_associative(a: OrderFacts, b: OrderFacts, c: OrderFacts) -> None:
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


@given(order_facts, order_facts)
def test_merging_is_idempotent(a: OrderFacts, b: OrderFacts) -> None:
    assert a.merge(a) == a
    assert a.merge(b).merge(b) == a.merge(b)


@given(order_facts)
def test_nothing_known_changes_nothing(a: OrderFacts) -> None:
    assert OrderFacts().merge(a) == a


@given(order_facts, order_facts)
def test_merging_takes_no_status_back(a: OrderFacts, b: OrderFacts) -> None:
    merged = a.merge(b)
    assert merged.statuses.keys() == a.statuses.keys() | b.statuses.keys()
    for known in (a, b):
        assert all(merged.statuses[status] >= at for status, at in known.statuses.items())


@given(order_facts, order_facts)
def test_merging_takes_no_refund_back(a: OrderFacts, b: OrderFacts) -> None:
    merged = a.merge(b).refunds
    assert merged.keys() == a.refunds.keys() | b.refunds.keys()
    for known in (a, b):
        assert all(merged[refund_id] >= refund for refund_id, refund in known.refunds.items())


@given(order_facts, order_facts)
def test_merging_keeps_the_earliest_progress_and_the_earliest_deadline(a: OrderFacts, b: OrderFacts) -> None:
    merged = a.merge(b)
    for earliest, times in (
        (merged.progressed_at, {a.progressed_at, b.progressed_at}),
        (merged.overdue_at, {a.overdue_at, b.overdue_at}),
    ):
        assert earliest == min(times - {None}, default=None, key=lambda at: at or NOON)


@given(order_facts, order_facts)
def test_an_order_that_no_longer_waits_never_waits_again(a: OrderFacts, b: OrderFacts) -> None:
    if a.snapshot and a.awaiting_since is None:
        assert a.merge(b).awaiting_since is None


@given(order_facts, order_facts)
def test_a_real_expiry_is_never_taken_back(a: OrderFacts, b: OrderFacts) -> None:
    if Status.EXPIRED in a.statuses:
        assert a.merge(b).has_expired


def test_merging_leaves_both_sides_as_they_were() -> None:
    known, new = facts(completed=NOON), facts(completed=LATER, expired=LATER)
    known.merge(new)
    assert known == facts(completed=NOON)
    assert new == facts(completed=LATER, expired=LATER)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (a_snapshot(occurred_at=NOON), a_snapshot(occurred_at=LATER)),
        (a_snapshot(occurred_at=NOON, event_id="e-9"), a_snapshot(occurred_at=LATER, event_id="e-1")),
        (a_snapshot(event_id="e-1"), a_snapshot(event_id="e-2")),
        (a_snapshot(event_id="e-10"), a_snapshot(event_id="e-9")),  # ids are text, not numbers
    ],
)
def test_the_newest_snapshot_stands_and_the_event_id_breaks_ties(older: Snapshot, newer: Snapshot) -> None:
    assert facts(older).merge(facts(newer)).snapshot == newer
    assert facts(newer).merge(facts(older)).snapshot == newer


def test_two_contents_under_one_event_id_end_the_same_way_in_either_order() -> None:
    cheap, dear = facts(a_snapshot(price_minor=1)), facts(a_snapshot(price_minor=2))
    assert cheap.merge(dear) == dear.merge(cheap)
    assert cheap.merge(dear).snapshot in (cheap.snapshot, dear.snapshot)


@pytest.mark.parametrize("customer_id", ["a", "z", None])
def test_a_pseudonym_stands_against_repeats_of_the_event_it_was_set_under(customer_id: str | None) -> None:
    original, erased = facts(a_snapshot(customer_id=customer_id)), facts(a_snapshot(customer_id=ERASED))
    assert original.merge(erased).customer_id == erased.merge(original).customer_id == ERASED


def test_a_newer_event_tells_whose_order_it_is_whatever_was_erased() -> None:
    erased, amended = a_snapshot(customer_id=ERASED), a_snapshot(occurred_at=LATER, customer_id="c-2")
    assert facts(erased).merge(facts(amended)).customer_id == "c-2"


@pytest.mark.parametrize(
    ("completed", "refunded", "counts"),
    [
        (None, None, False),
        (NOON, None, True),
        (None, NOON, False),
        (NOON, LATER, False),
        (NOON, NOON, False),
        (LATER, NOON, True),  # the store won a dispute
    ],
)
def test_a_sale_counts_while_completed_and_not_refunded_since(
    completed: datetime | None, refunded: datetime | None, counts: bool
) -> None:
    assert facts(completed=completed, refunded=refunded).sale_counts is counts
    assert facts(completed=completed, refunded=refunded, expired=LATER).sale_counts is counts


def test_a_status_keeps_the_latest_time_it_was_reached() -> None:
    won = (
        facts(completed=NOON).merge(facts(refunded=LATER)).merge(facts(completed=LATER + timedelta(hours=1)))
    )
    assert won.sale_counts
    assert won.merge(facts(completed=EARLIER)).statuses == won.statuses


@pytest.mark.parametrize(
    ("known", "since"),
    [
        (facts(a_snapshot(created_at=NOON)), NOON),
        (facts(), None),
        (facts(a_snapshot(), completed=NOON), None),
        (facts(a_snapshot(), expired=NOON), None),
        (facts(a_snapshot(), refunded=NOON), None),
        (facts(a_snapshot(), paid=NOON), None),
        (facts(a_snapshot(), progressed=NOON), None),
        (facts(a_snapshot(), overdue=NOON), None),
        (facts(a_snapshot()).merge(OrderFacts(statuses={Status.CREATED: LATER})), NOON),
    ],
)
def test_an_order_awaits_its_payment_from_its_creation_until_another_status(
    known: OrderFacts, since: datetime | None
) -> None:
    assert known.awaiting_since == since


@pytest.mark.parametrize(
    ("known", "has_expired"),
    [
        (facts(), False),
        (facts(completed=NOON), False),
        (facts(expired=NOON), True),
        (facts(expired=NOON, paid=EARLIER), True),
        (facts(overdue=NOON), True),
        (facts(overdue=NOON, expired=LATER, paid=EARLIER), True),
        (facts(overdue=NOON, paid=EARLIER), False),
        (facts(overdue=NOON, progressed=EARLIER), False),
        (facts(overdue=NOON, completed=NOON), True),
        (facts(overdue=NOON, completed=LATER), True),
        # Paid in time, whatever the times of what came later.
        (facts(overdue=NOON, paid=EARLIER, completed=LATER, refunded=LATER), False),
        (facts(completed=EARLIER, overdue=NOON).merge(facts(completed=LATER)), False),
    ],
)
def test_a_deadline_expires_what_was_not_paid_before_it(known: OrderFacts, has_expired: bool) -> None:
    assert known.has_expired is has_expired


@pytest.mark.parametrize(
    ("known", "since"),
    [
        (facts(), None),
        (facts(a_snapshot(), completed=NOON), None),
        (facts(completed=NOON), NOON),
        (facts(progressed=NOON), NOON),
        (facts(completed=LATER, expired=NOON, progressed=EARLIER), EARLIER),
        (OrderFacts(statuses={Status.CREATED: NOON}), NOON),
    ],
)
def test_an_order_is_missing_since_the_first_that_is_known_of_it(
    known: OrderFacts, since: datetime | None
) -> None:
    assert known.missing_since == since
