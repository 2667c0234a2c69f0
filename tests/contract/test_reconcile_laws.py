"""Whatever was delivered has no drift, and whatever was spoiled afterwards is found and repaired."""

from collections.abc import Callable
from typing import Any

from google.cloud.firestore import Increment
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from shared.adapters.firestore.client import Client
from shared.documents.paths import store_path
from shared.domain.period import Month
from shared.reconcile.run import Report, Task, reconcile
from tests.contract.backends import Backend, FirestoreBackend
from tests.contract.machine import STORE, LedgerMachine
from tests.contract.reconciling import Desk

SPOILED = {
    "months": "totalOrders",
    "productMonths": "totalSales",
    "couponMonths": "timesUsed",
    "coupons": "totalSalesAmount",
    "customers": "ordersWithCoupon",
}


def test_any_delivery_has_no_drift_and_any_drift_is_repaired(new_client: Callable[[], Client]) -> None:
    class Machine(LedgerMachine):
        checks_each_step = False

        def make_backend(self) -> Backend:
            self.client = new_client()
            return FirestoreBackend(self.client)

        def teardown(self) -> None:
            super().teardown()
            assert [one for report in self.reconcile() for one in report.drift] == []
            spoiled = {reference.path for reference in map(spoil, self.tallies())}
            found = [one for report in self.reconcile() for one in report.drift]
            assert {"/".join(one.path) for one in found} == spoiled
            assert {(one.actual or 0) - (one.expected or 0) for one in found} <= {3}
            self.check()

        def reconcile(self) -> list[Report]:
            dependencies = Desk(self.client).dependencies(most_held=2)._replace(refresh=lambda *_: None)
            months = (Month(2026, 10), Month(2026, 11))
            return [
                reconcile(Task(store_id=STORE, month=month, repair=True), dependencies) for month in months
            ]

        def tallies(self) -> list[Any]:
            """Return the tallies that a recount knows of: a customer who lost every order is in no month."""
            store = self.client.document(*store_path(STORE))
            found = [snapshot for name in SPOILED for snapshot in store.collection(name).stream()]
            return [
                snapshot.reference
                for snapshot in found
                if snapshot.reference.parent.id != "customers"
                or snapshot.get("lastOrderAt")
                or (snapshot.to_dict() or {}).get("registeredAt")
            ]

    chosen = settings(max_examples=8, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(Machine, settings=chosen)


def spoil(reference: Any) -> Any:
    reference.update({SPOILED[reference.parent.id]: Increment(3)})
    return reference
