"""Correct drift while events keep coming."""

from __future__ import annotations

from collections.abc import Callable, Collection

from google.api_core.retry import if_exception_type

from shared.documents.paths import Path, customer_path, month_path
from shared.documents.retry import retry
from shared.documents.store import MOST_TRANSFORMS, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.instants import to_micros
from shared.domain.period import Month
from shared.domain.tallies import CUSTOMERS
from shared.reconcile.comparison import ORDER_TIMES, Drift, Recounted, correction
from shared.reconcile.lease import Lease

_AT_ONCE = 100
"""Documents in one commit."""

_COUNTERS_AT_ONCE = MOST_TRANSFORMS - 50
"""Of one document in one commit; a correction also touches its totals and its version."""

_ATTEMPTS_S = 15.0


class Repair:
    """Commits corrections in batches.

    A counter is corrected by the amount that it lacked at the lease's read time: adding it commutes with
    what events add meanwhile. Times of first and last orders do not add up; they are read again and set.
    `refresh` is called with the customers of each commit.
    """

    def __init__(
        self,
        lease: Lease,
        documents: DocumentStore,
        store_id: str,
        refresh: Callable[[Collection[str]], None],
    ) -> None:
        self._lease = lease
        self._documents = documents
        self._store_id = store_id
        self._refresh = refresh
        self._writes: dict[Path, DocumentWrite] = {}
        self._months: set[str] = set()
        self._customers: list[str] = []
        self._untimely: list[str] = []

    def add(self, document: Recounted, drift: list[Drift]) -> None:
        """Correct the document, now or together with the next ones.

        Raises:
            TransientError: some drift may be left; a later run finds and corrects it.
        """
        for first in range(0, len(drift), _COUNTERS_AT_ONCE):
            if first:
                self.flush()
            self._writes[document.path] = correction(document, drift[first : first + _COUNTERS_AT_ONCE])
            if document.tally.is_monthly:
                self._months.add(document.labels["month"])
        if document.tally is CUSTOMERS:
            customer_id = document.labels["customerId"]
            self._customers.append(customer_id)
            if any(one.counter in ORDER_TIMES for one in drift):
                self._untimely.append(customer_id)
        if len(self._writes) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Correct what was added until now. Raise as `add` does."""
        for month in self._months:
            self._mark(month)
        if self._writes:
            self._lease.commit([*self._writes.values()])
        for customer_id in self._untimely:
            self._set_times(customer_id)
        if self._customers:
            self._refresh(self._customers)
        self._writes, self._customers, self._untimely = {}, [], []
        self._months = set()

    def _mark(self, month: str) -> None:
        # Events bump the version too; it tells readers that the month changed.
        path = month_path(self._store_id, Month.parse(month))
        write = self._writes.setdefault(path, DocumentWrite(path=path, fields={"month": month}))
        write.increments["version",] = 1

    def _set_times(self, customer_id: str) -> None:
        owner = (self._store_id, customer_id)

        def attempt() -> None:
            orders = self._documents.other_orders(owner, ())
            times = [to_micros(at) for at in orders.times]
            write = DocumentWrite(path=customer_path(*owner), version=orders.version)
            write.fields["firstOrderAt"] = min(times, default=None)
            write.fields["lastOrderAt"] = max(times, default=0)
            write.count_version()
            self._lease.commit([write])

        # The lease itself retries the rest.
        retry(attempt, when=if_exception_type(PreconditionLost), within_s=_ATTEMPTS_S)
