"""The law that everything else serves: whatever is delivered, counters equal a recount."""

from collections.abc import Callable

from google.cloud.firestore import Client
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.backends import Backend, FirestoreBackend, MemoryBackend
from tests.contract.machine import LedgerMachine


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
