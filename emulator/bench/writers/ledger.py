"""Our way: `Ledger.apply`."""

from __future__ import annotations

from collections.abc import Sequence

from google.cloud.firestore import Client

from emulator.bench.events import Sale
from emulator.bench.ledgers import new_ledger
from shared.errors import TransientError


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
