"""The ledger and the dashboard as functions build them, and the ledger as a writer among its rivals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from infra.typical_orders import CURRENCY, NOW, OrderEvent
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Month, Period
from shared.domain.store import Store
from shared.errors import TransientError
from shared.ledger.deferral import Deferral
from shared.ledger.fold import Folder
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger

_QUESTION = Question(period=Period.of_month(Month(NOW.year, NOW.month)))


_CLOCK = partial(datetime.now, UTC)


def _wake_nobody(store_id: str, *, since: datetime | None = None) -> None:
    """Leave the folding to the benchmark."""


class Writer(Protocol):
    """Counts events. Safe to share between threads."""

    def prepared(self, events: Sequence[OrderEvent]) -> Callable[[], None]:
        """Return what counts the events, all creations or all completions, and returns once they are safe.

        What the writer needs in another form is made of the events here, before a clock runs.
        """


def new_ledger(client: Client) -> Ledger:
    """Return the ledger of a fresh instance, which remembers no order."""
    return Ledger(FirestoreDocuments(client), FirestoreStores(client, "UTC"))


def new_deferring_ledger(client: Client) -> Ledger:
    """Return the same for a store that is hot; nobody is woken."""
    documents = Deferral(FirestoreDocuments(client), "always", wake=_wake_nobody, clock=_CLOCK)
    return Ledger(documents, FirestoreStores(client, "UTC"))


def fold(client: Client, store_id: str) -> None:
    """Fold what a store's commits deferred."""
    folder = Folder(FirestoreDeltas(client), FirestoreDocuments(client), wake=_wake_nobody, clock=_CLOCK)
    folder.sweep(store_id)


class LedgerWriter:
    """Counts each list with one `Ledger.apply`.

    Creations and completions have a ledger each, as they go to two functions, which share no memory.
    """

    def __init__(self, client: Client, new: Callable[[Client], Ledger] = new_ledger) -> None:
        self._created, self._completed = new(client), new(client)

    def prepared(self, events: Sequence[OrderEvent]) -> Callable[[], None]:
        ledger = self._completed if events[0].completes else self._created
        return partial(insist, partial(ledger.apply, [event.change() for event in events]))


class GroupWriter:
    """Counts one event at a time for each caller; a group commit joins those of concurrent callers."""

    def __init__(self, client: Client) -> None:
        # No request is in flight here, so there is none to wait for.
        self._created = GroupCommit(new_ledger(client), Arrivals(), wait_s=0)
        self._completed = GroupCommit(new_ledger(client), Arrivals(), wait_s=0)

    def prepared(self, events: Sequence[OrderEvent]) -> Callable[[], None]:
        group = self._completed if events[0].completes else self._created
        changes = [event.change() for event in events]

        def count() -> None:
            for change in changes:
                insist(partial(group.apply, change))

        return count


def read_figures(client: Client, store_id: str) -> dict[str, Any]:
    """Return the store's dashboard of the month of all events, as the function reads it."""
    store = Store(store_id=store_id, name=store_id, timezone="UTC", currency=CURRENCY)
    return DashboardReading(FirestoreTallies(client, most_range_reads=20_000), store, _QUESTION, NOW).view()


def insist(apply: Callable[[], object]) -> None:
    """Try again what Pub/Sub would deliver again."""
    while True:
        try:
            apply()
        except TransientError:
            continue
        return
