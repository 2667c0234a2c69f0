"""A group's cards are written together, and a failure is told to the changes that name its customer alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from shared.domain.customer_state import CustomerState
from shared.errors import CacheUnavailable, PublishFailed
from shared.ledger.outcome import Outcome
from shared.ledger.update_cards import Updated, update_cards
from tests.builders import NOON
from tests.virtual_time import VirtualTime

STORED = {"cacheOutcome": "stored"}
KNOWN = CustomerState(counters={"version": 1}, updated_at=NOON)


class Cards:
    """Notes what was asked of it; `answer` says what becomes of a customer's card."""

    def __init__(self, answer: Callable[[str], object] = lambda _: STORED) -> None:
        self.asked: list[Mapping[str, CustomerState | None]] = []
        self.stores: set[str] = set()
        self._answer = answer

    def update(self, store_id: str, customers: Mapping[str, CustomerState | None]) -> Updated:
        self.stores.add(store_id)
        self.asked.append(dict(customers))
        return {of: self._answer(of) for of in customers}  # type: ignore[misc]


def outcome(*customers: str, state: CustomerState | None = None) -> Outcome:
    return Outcome(result="applied", customers=dict.fromkeys(customers, state))


def test_one_call_updates_the_cards_of_all() -> None:
    cards = Cards()
    results = update_cards(cards, "s-1", [outcome("a"), outcome("a", state=KNOWN), outcome("b"), outcome()])
    assert cards.asked == [{"a": KNOWN, "b": None}]
    assert cards.stores == {"s-1"}
    assert [one.fields() for one in results if isinstance(one, Outcome)] == [
        *[{"outcome": "applied", **STORED}] * 3,
        {"outcome": "applied"},
    ]


def test_an_outcome_tells_what_followed_for_each_of_its_customers() -> None:
    [followed] = update_cards(Cards(lambda of: {of: "stored"}), "s-1", [outcome("a", "b")])
    assert isinstance(followed, Outcome)
    assert followed.fields() == {"outcome": "applied", "a": "stored", "b": "stored"}


def test_a_state_that_one_outcome_knows_is_not_forgotten_for_another() -> None:
    cards = Cards()
    update_cards(cards, "s-1", [outcome("a", state=KNOWN), outcome("a")])
    assert cards.asked == [{"a": KNOWN}]


def test_nobody_is_asked_where_no_change_names_a_customer() -> None:
    cards = Cards()
    assert update_cards(cards, "s-1", [outcome()]) == [outcome()]
    assert cards.asked == []


def test_a_failure_is_told_to_the_changes_that_name_its_customer(virtual_time: VirtualTime) -> None:
    lost = CacheUnavailable("lost")
    cards = Cards(lambda of: lost if of == "b" else STORED)
    done, failed, both, guest = update_cards(
        cards, "s-1", [outcome("a"), outcome("b"), outcome("a", "b"), outcome()]
    )
    assert isinstance(done, Outcome)
    assert isinstance(guest, Outcome)
    assert failed is both is lost
    assert cards.asked[0].keys() == {"a", "b"}
    assert all(asked.keys() == {"b"} for asked in cards.asked[1:]), "only what is left is tried again"
    assert len(cards.asked) > 1
    assert virtual_time


def test_a_customer_of_whom_nothing_is_told_is_named() -> None:
    class Silent(Cards):
        def update(self, store_id: str, customers: Mapping[str, CustomerState | None]) -> Updated:
            return {of: told for of, told in super().update(store_id, customers).items() if of != "b"}

    done, forgotten = update_cards(Silent(), "s-1", [outcome("a"), outcome("b")])
    assert isinstance(done, Outcome)
    assert str(forgotten) == "nobody told what became of customer 'b'"


def test_what_can_not_be_published_fails_at_once_for_all_but_guests() -> None:
    error = PublishFailed("away")

    def fail(error: Exception, of: str) -> object:  # noqa: ARG001
        raise error

    cards = Cards(partial(fail, error))
    failed, guest = update_cards(cards, "s-1", [outcome("a"), outcome()])
    assert failed is error
    assert isinstance(guest, Outcome)
    assert len(cards.asked) == 1
