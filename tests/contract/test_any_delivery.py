"""The law that everything else serves: whatever is delivered, counters equal a recount."""

from collections.abc import Callable

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from emulator.documents import MemoryDocuments
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.ledger.fold import Deltas
from tests.contract.backends import Backend, FirestoreBackend, MemoryBackend
from tests.contract.machine import DeferringMachine, LedgerMachine
from tests.virtual_time import VirtualTime


def test_counters_equal_a_recount_after_every_delivery() -> None:
    class Machine(LedgerMachine):
        def make_backend(self) -> Backend:
            return MemoryBackend()

    chosen = settings(max_examples=150, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Machine, settings=chosen)


def test_counters_in_firestore_equal_a_recount(new_client: Callable[[], Client]) -> None:
    class Machine(LedgerMachine):
        checks_each_step = False

        def make_backend(self) -> Backend:
            return FirestoreBackend(new_client())

    # A failure is not made smaller here: that takes minutes, and the fake mostly fails with it.
    phases = set(Phase) - {Phase.shrink, Phase.explain}
    chosen = settings(max_examples=12, stateful_step_count=20, deadline=None, phases=phases)
    run_state_machine_as_test(Machine, settings=chosen)


def test_tallies_and_pending_deltas_equal_a_recount_after_every_delivery(
    virtual_time: VirtualTime,  # noqa: ARG001 - folders wait in it
) -> None:
    class Machine(DeferringMachine):
        def make_backend(self) -> Backend:
            return MemoryBackend()

        def make_deltas(self) -> Deltas:
            assert isinstance(self.backend.documents, MemoryDocuments)
            return self.backend.documents

    chosen = settings(max_examples=150, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Machine, settings=chosen)


def test_tallies_and_pending_deltas_in_firestore_equal_a_recount(
    new_client: Callable[[], Client],
    virtual_time: VirtualTime,  # noqa: ARG001 - folders wait in it
) -> None:
    class Machine(DeferringMachine):
        checks_each_step = False

        def make_backend(self) -> Backend:
            return FirestoreBackend(new_client())

        def make_deltas(self) -> Deltas:
            assert isinstance(self.backend, FirestoreBackend)
            return FirestoreDeltas(self.backend.client)

    phases = set(Phase) - {Phase.shrink, Phase.explain}
    chosen = settings(max_examples=12, stateful_step_count=20, deadline=None, phases=phases)
    run_state_machine_as_test(Machine, settings=chosen)
