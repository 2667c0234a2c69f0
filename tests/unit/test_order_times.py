"""Which customers' order times a list of changes moves."""

from datetime import timedelta

import pytest

from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.order_times import TimesMoved, times_moved
from tests.builders import NOON, a_snapshot, facts

LATER = NOON + timedelta(hours=1)
MINE, THEIRS, GUEST = (
    facts(a_snapshot(customer_id="c-1")),
    facts(a_snapshot(customer_id="c-2")),
    facts(a_snapshot()),
)
MOVED = facts(a_snapshot(customer_id="c-1", created_at=LATER))


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (facts(), facts(), {}),
        (facts(), facts(completed=NOON), {}),
        (facts(), GUEST, {}),
        (facts(), MINE, {"c-1": TimesMoved(all=[NOON], arrived=True)}),
        (MINE, MINE, {"c-1": TimesMoved(all=[NOON])}),
        (MINE, MINE.merge(facts(completed=LATER)), {"c-1": TimesMoved(all=[NOON])}),
        (MINE, MOVED, {"c-1": TimesMoved(all=[LATER], arrived=True, retracted=True)}),
        (
            MINE,
            THEIRS,
            {"c-1": TimesMoved(retracted=True), "c-2": TimesMoved(all=[NOON], arrived=True)},
        ),
        (MINE, GUEST, {"c-1": TimesMoved(retracted=True)}),
        (GUEST, MINE, {"c-1": TimesMoved(all=[NOON], arrived=True)}),
    ],
)
def test_an_order_moves_the_times_of_its_customers(
    before: OrderFacts, after: OrderFacts, moves: dict[str, TimesMoved]
) -> None:
    assert times_moved([("s-1", before, after)]) == {("s-1", of): move for of, move in moves.items()}


def test_customers_of_different_stores_are_different() -> None:
    moves = times_moved([("s-1", facts(), MINE), ("s-2", facts(), MOVED), ("s-1", facts(), MOVED)])
    assert moves[("s-1", "c-1")].all == [NOON, LATER]
    assert moves[("s-2", "c-1")].all == [LATER]


def test_a_registration_is_no_order() -> None:
    assert times_moved([("s-1", Registration(), Registration(registered_at=NOON))]) == {}
