"""Instances that die in the middle of deferring and folding: the next deliveries count everything once."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from shared.documents.deltas import EVER
from shared.ledger.deferral import Deferral
from shared.ledger.fold import Folder
from shared.ledger.group_commit import GroupCommit, nothing_follows
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from tests.contract.backends import ZONE, MemoryBackend
from tests.contract.events import change_of, created, reached
from tests.contract.lookup_bench import Killed, Mortal
from tests.counted import counted, recount
from tests.deferring import CLOCK
from tests.virtual_time import VirtualTime

STORE = "s-1"
EVENTS = [created(), reached("COMPLETED"), created("o-2"), reached("COMPLETED")]
MOST_STEPS = 9


class Till:
    """A store whose events are delivered until they are acknowledged, as are the wake-ups of its folder."""

    def __init__(self) -> None:
        self.backend = MemoryBackend()
        self.wakes: list[str] = []

    def deliver(self, mortal: Mortal) -> None:
        """Deliver the events to a fresh instance that may die; until its death, it acknowledges them."""
        documents = mortal.guard(self.backend.documents)
        deferral = Deferral(documents, "always", wake=self._wake(mortal), clock=CLOCK)
        ledger = Ledger(deferral, self.backend.new_stores())
        follow = deferral.following(nothing_follows)
        group = GroupCommit(ledger, Arrivals(), wait_s=0, follow=follow)
        for event in EVENTS:
            group.apply(change_of(event))

    def fold(self, mortal: Mortal) -> None:
        """Deliver the wake-ups to a fresh instance that may die."""
        documents = mortal.guard(self.backend.documents)
        folder = Folder(documents, documents, wake=self._wake(mortal), clock=CLOCK)
        while self.wakes:
            folder.fold(self.wakes[0], since=EVER, asked_at=CLOCK())
            self.wakes.pop(0)

    def finish(self) -> None:
        """Deliver everything again, and again whatever wakes up."""
        healthy = Mortal(0, before=True)
        self.deliver(healthy)
        self.fold(healthy)
        assert self.backend.collection(STORE, "deltas") == []
        assert counted(self.backend, STORE) == recount(EVENTS, ZONE, STORE)

    def _wake(self, mortal: Mortal) -> Any:
        return lambda store_id: mortal.step(lambda: self.wakes.append(store_id))


@pytest.fixture
def shop(virtual_time: VirtualTime) -> Till:  # noqa: ARG001 - folders wait in it
    return Till()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", range(1, MOST_STEPS))
def test_wherever_an_instance_dies_that_defers_everything_is_folded(
    shop: Till, step: int, before: bool
) -> None:
    mortal = Mortal(step, before=before)
    with suppress(Killed):
        shop.deliver(mortal)
    # Nothing is asleep that this instance acknowledged: a wake-up came after it, or half a second before.
    shop.finish()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", [1, 2])
def test_wherever_a_folder_dies_its_wake_up_is_delivered_again(shop: Till, step: int, before: bool) -> None:
    shop.deliver(Mortal(0, before=True))
    with suppress(Killed):
        shop.fold(Mortal(step, before=before))
    shop.fold(Mortal(0, before=True))
    assert shop.backend.collection(STORE, "deltas") == []
    assert counted(shop.backend, STORE) == recount(EVENTS, ZONE, STORE)


def test_every_step_is_died_at(shop: Till) -> None:
    deferring, folding = Mortal(0, before=True), Mortal(0, before=True)
    shop.deliver(deferring)
    shop.fold(folding)
    assert 5 <= deferring.steps < MOST_STEPS
    assert folding.steps == 2
