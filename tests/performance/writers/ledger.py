"""Our ways: `Ledger.apply`, and the group commit that stands before it in a function."""

from __future__ import annotations

from collections.abc import Sequence

from google.cloud.firestore import Client

from shared.errors import TransientError
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from tests.performance.events import Sale
from tests.performance.ledgers import new_ledger


class LedgerWriter:
    """Counts with two ledgers: creations and completions come to two functions, which share no memory.

    What a function would get back from Pub/Sub, it tries again itself.
    """

    def __init__(self, client: Client) -> None:
        self._created, self._completed = new_ledger(client), new_ledger(client)

    def write(self, sales: Sequence[Sale]) -> None:
        ledger = self._completed if sales[0].completes else self._created
        changes = [sale.change() for sale in sales]
        while True:
            try:
                ledger.apply(changes)
            except TransientError:
                continue
            return


class GroupWriter:
    """Counts one event at a time for each caller; those of callers at the same time go together."""

    def __init__(self, client: Client) -> None:
        # Nobody comes by HTTP here, so nobody is waited for.
        self._created = GroupCommit(new_ledger(client), Arrivals(), wait_s=0)
        self._completed = GroupCommit(new_ledger(client), Arrivals(), wait_s=0)

    def write(self, sales: Sequence[Sale]) -> None:
        for sale in sales:
            group, change = self._completed if sale.completes else self._created, sale.change()
            while True:
                try:
                    group.apply(change)
                except TransientError:
                    continue
                break
