"""An order's facts in the order in which they happened, and the rule for its sale in words."""

from __future__ import annotations

import pytest

from shared.domain.order import OrderFacts, Status, given_back, reached
from shared.domain.order_history import Meaning, history, why
from tests.builders import NOON, a_refund, a_snapshot, facts, utc

LATER, LAST = utc("2026-11-21T12:00:00Z"), utc("2026-11-22T12:00:00Z")


def told(known: OrderFacts) -> list[str]:
    return [str(fact.what) for fact in history(known)]


def test_facts_come_in_the_order_in_which_they_happened() -> None:
    known = facts(a_snapshot(occurred_at=LAST), refunded=LAST, completed=LATER, expired=NOON)
    assert told(known) == ["PLACED", "EXPIRED", "COMPLETED", "DESCRIBED", "REFOUNDED"]


def test_the_description_names_its_event() -> None:
    ids = [fact.event_id for fact in history(facts(a_snapshot(event_id="e-7"), completed=NOON))]
    assert ids == [None, "e-7", None]


def test_a_step_without_a_name_is_told_once() -> None:
    assert told(facts(a_snapshot(), progressed=LATER)) == ["PLACED", "DESCRIBED", "PROGRESSED"]
    assert told(facts(a_snapshot(), paid=LATER)) == ["PLACED", "DESCRIBED", "PAID"]


def test_an_order_that_was_paid_in_time_says_that_being_overdue_was_taken_back() -> None:
    for known, said in (
        (facts(a_snapshot(), overdue=LATER), "It counts as expired."),
        (facts(a_snapshot(), overdue=LATER, paid=NOON), "took this back: it has not expired"),
    ):
        (overdue,) = [fact for fact in history(known) if fact.what == "OVERDUE"]
        assert said in overdue.meaning


@pytest.mark.parametrize(
    ("known", "meanings"),
    [
        (facts(a_snapshot(occurred_at=LATER)), ["PLACED", "DESCRIBED"]),
        (facts(progressed=LAST).merge(reached(Status.CREATED, LATER)), ["CREATED", "PROGRESSED"]),
        (facts(paid=NOON, expired=LATER), ["PAID", "EXPIRED"]),
        (facts(a_snapshot(), completed=LATER), ["PLACED", "DESCRIBED", "COMPLETED"]),
        (facts(a_snapshot(), refunded=LATER), ["PLACED", "DESCRIBED", "REFUNDED"]),
        (
            facts(a_snapshot(), completed=LATER, refunded=LAST),
            ["PLACED", "DESCRIBED", "COMPLETED_AND_REFUNDED", "REFUNDED"],
        ),
        (
            facts(a_snapshot(), refunded=LATER, completed=LAST),
            ["PLACED", "DESCRIBED", "REFUNDED_AND_COMPLETED", "COMPLETED"],
        ),
    ],
)
def test_each_fact_says_what_it_means_for_the_figures_now(known: OrderFacts, meanings: list[str]) -> None:
    assert [Meaning(fact.meaning).name for fact in history(known)] == meanings


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (facts(completed=NOON), "until its creation comes"),
        (facts(a_snapshot()), "it was not completed"),
        (facts(a_snapshot(), refunded=NOON), "it was not completed"),
        (facts(a_snapshot(), completed=NOON), "completed and not refunded since"),
        (facts(a_snapshot(), completed=NOON, refunded=LATER), "refunded when it was completed, or later"),
        (facts(a_snapshot(), completed=LATER, refunded=NOON), "completed after it was refunded"),
    ],
)
def test_the_rule_is_told_in_words(known: OrderFacts, said: str) -> None:
    assert said in why(known)
    assert why(known).startswith("Its sale counts") == (known.snapshot is not None and known.sale_counts)


def test_a_refund_of_a_part_is_told_at_its_time() -> None:
    known = facts(a_snapshot(), completed=NOON).merge(given_back("r-1", a_refund(25_00, at=LATER)))
    assert told(known) == ["PLACED", "DESCRIBED", "COMPLETED", "PARTLY_REFUNDED"]
    last = history(known)[-1]
    assert last.meaning.startswith("A part of the order was refunded.")
    assert (last.refund_id, last.amount_minor) == ("r-1", 25_00)
