"""An instance that dies in the middle of a lookup: the next delivery ends well, and asks nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.adapters.valkey import connect_url
from shared.baskets.look_up_customer import Dependencies
from shared.customers import cards as customer_cards
from shared.customers.cards import CustomerCards
from shared.documents.profiles import read_profile
from shared.errors import CacheUnavailable, PublishFailed
from tests.contract.lookup_bench import Killed, LookupBench, Mortal

MOST_STEPS = 12


def mortal_surroundings(bench: LookupBench, mortal: Mortal) -> dict[str, object]:
    """Return what a lookup works with, each of its steps a chance to die."""
    real: Dependencies = bench.dependencies
    return {
        "documents": mortal.guard(real.documents),
        "api": lambda: mortal.guard(real.api()),
        "publisher": lambda: mortal.guard(real.publisher()),
        "cards": lambda: mortal.guard(bench.cards),
    }


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, MOST_STEPS))
def test_wherever_it_dies_the_next_delivery_finishes(bench: LookupBench, step: int, before: bool) -> None:
    bench.configure(cache_ttl_seconds=0)
    started, mortal = bench.started(), Mortal(step, before=before)
    assert bench.card() is None  # and that is cached now
    try:
        bench.run(started, **mortal_surroundings(bench, mortal))
    except Killed:
        pass
    else:
        assert mortal.steps < step
    was_saved = bool(bench.customer())
    calls = bench.api.calls
    bench.deliver(started)
    basket = bench.basket(started)
    assert (basket["lookupStatus"], basket["customerId"]) == ("FOUND", "cust-001")
    card = bench.card()
    assert card is not None
    assert card["profile"] == read_profile(bench.customer()["profile"])
    first, *others = bench.fetched(started)
    assert all(event == first for event in others)
    assert bench.api.calls == (calls if was_saved else calls + 1)
    # The answer was kept before the basket knew of it: then the basket uses an earlier answer, its own.
    assert [call["source"] for call in bench.logged()] in (["api"], ["api", "cache"])


def test_every_step_of_a_lookup_is_died_at(bench: LookupBench) -> None:
    mortal = Mortal(0, before=True)
    bench.run(bench.started(), **mortal_surroundings(bench, mortal))
    assert 6 <= mortal.steps < MOST_STEPS


def test_an_event_that_can_not_be_published_is_published_later(bench: LookupBench) -> None:
    started = bench.started()
    bench.outgoing.is_away = True
    with pytest.raises(PublishFailed):
        bench.run(started)
    assert bench.basket(started)["lookupStatus"] == "FOUND"
    bench.outgoing.is_away = False
    bench.run(started)
    assert [event["source"] for event in bench.fetched(started)] == ["api"]
    assert bench.api.calls == 1


def test_a_card_that_can_not_be_cached_is_cached_later(bench: LookupBench) -> None:
    started = bench.started()
    away = connect_url("redis://127.0.0.1:9/0")
    card_dependencies = customer_cards.Dependencies(
        customers=bench.cards._with.customers, stores=bench.cards._with.stores,
        publisher=lambda: bench.outgoing,
    )  # fmt: skip
    dark = CustomerCards(away, card_dependencies)
    bench.dependencies = replace(bench.dependencies, cards=lambda: dark)
    with pytest.raises(CacheUnavailable):
        bench.run(started)
    assert bench.basket(started)["lookupStatus"] == "FOUND"
    bench.dependencies = replace(bench.dependencies, cards=lambda: bench.cards)
    bench.run(started)
    assert bench.cards.show(bench.store_id, "cust-001", bench.now())[1] == "HIT"
