"""Events a second into the ledger, against textbook transactions and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

from shared.adapters.firestore.client import Client
from tests.performance.ledgers import (
    GroupWriter,
    LedgerWriter,
    Writer,
    fold,
    new_deferring_ledger,
    read_figures,
)
from tests.performance.load import creations, in_lists
from tests.performance.place import Place
from tests.performance.rivals.postgres import PostgresWriter, find_postgres, run_postgres
from tests.performance.rivals.transactions import TransactionWriter, increment, read_modify_write
from tests.performance.rounds import Contender, compared, rate, take_turns
from tests.performance.rows import Row, Target

WRITERS, CLIENTS = 8, 4
"""At once: as many as a function of the local stack has threads, and as an order service has clients."""

_ALONE, _TOGETHER = "apply, one by one", f"apply, one by one, {WRITERS} writers"
_GROUPED = f"group commit, {WRITERS} writers"
_TENS, _HUNDREDS = "apply, lists of 10", "apply, lists of 100"
_DEFERRED = "apply, lists of 100, deferred"
_TEXTBOOK, _TEXTBOOKS = "textbook transaction", f"textbook transaction, {WRITERS} writers"
_SUMS = "read-modify-write transaction"
_POSTGRES, _POSTGRESES = "PostgreSQL, upserts per event", f"PostgreSQL, upserts per event, {CLIENTS} clients"
_POSTGRES_LISTS = "PostgreSQL, upserts in lists of 100"
_CLIENT = "the client library's encoding, then the emulator's JVM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How many orders a writer is given in a round, in lists of what size, by how many threads."""

    writer: Writer
    orders: int
    size: int = 1
    threads: int = 1

    def contender(self, store_id: str) -> Contender[float]:
        """Return a contender that creates and completes new orders in one hot store; events a second."""

        def run(number: int) -> float:
            created = creations(store_id, f"{number}", self.orders)
            completed = [event.completed() for event in created]
            halves = [
                [self.writer.prepared(some) for some in in_lists(events, self.size)]
                for events in (created, completed)
            ]
            with ThreadPoolExecutor(self.threads) as pool:

                def write_all() -> None:
                    for half in halves:
                        list(pool.map(lambda count: count(), half))

                return rate(2 * self.orders, write_all)

        return run


def measure_apply(place: Place) -> list[Row]:
    """Return the rows of `Ledger.apply` against each rival. Raises RuntimeError if it counted wrong."""
    with _tasks(place) as tasks:
        run = uuid4().hex[:8]
        stores = {name: f"{number}-{run}" for number, name in enumerate(tasks)}
        contenders = {name: task.contender(stores[name]) for name, task in tasks.items()}
        samples = take_turns(contenders, place.sizes.rounds, tell=place.tell)
        for name, task in tasks.items():
            if isinstance(task.writer, LedgerWriter | GroupWriter):
                fold(place.client, stores[name])
                _check(place.client, stores[name], task.orders * (place.sizes.rounds + 1))
    return rows(samples)


def rows(samples: Mapping[str, Sequence[float]]) -> list[Row]:
    """Return the pairs that are worth comparing; those with PostgreSQL only if it ran."""
    ahead = Target(sense=">=", limit=1)
    pairs = [
        (_ALONE, _TEXTBOOK, None),
        (_TOGETHER, _TEXTBOOKS, None),
        (_GROUPED, _TEXTBOOKS, None),
        (_TENS, _TEXTBOOK, None),
        (_HUNDREDS, _TEXTBOOK, Target(sense=">=", limit=8)),
        (_DEFERRED, _HUNDREDS, Target(sense=">=", limit=0.95)),
        (_HUNDREDS, _TEXTBOOKS, None),
        (_HUNDREDS, _SUMS, None),
        (_HUNDREDS, _POSTGRES, ahead),
        (_HUNDREDS, _POSTGRESES, ahead),
        (_HUNDREDS, _POSTGRES_LISTS, None),
    ]
    return [
        compared(mine, "events/s", samples[mine], (rival, samples[rival]), target=target, bound=_CLIENT)
        for mine, rival, target in pairs
        if rival in samples
    ]


@contextmanager
def _tasks(place: Place) -> Iterator[dict[str, Task]]:
    orders, listed, client = place.sizes.orders, place.sizes.listed_orders, place.client
    textbook = TransactionWriter(client, increment)
    tasks = {
        _ALONE: Task(writer=LedgerWriter(client), orders=orders),
        _TOGETHER: Task(writer=LedgerWriter(client), orders=orders, threads=WRITERS),
        _GROUPED: Task(writer=GroupWriter(client), orders=2 * orders, threads=WRITERS),
        _TENS: Task(writer=LedgerWriter(client), orders=listed // 3, size=10),
        _HUNDREDS: Task(writer=LedgerWriter(client), orders=listed, size=100),
        _DEFERRED: Task(writer=LedgerWriter(client, new_deferring_ledger), orders=listed, size=100),
        _TEXTBOOK: Task(writer=textbook, orders=orders),
        _TEXTBOOKS: Task(writer=textbook, orders=orders, threads=WRITERS),
        # One writer only: with a second one on the same store it collapses.
        _SUMS: Task(writer=TransactionWriter(client, read_modify_write), orders=orders),
    }
    with ExitStack() as stack:
        if programs := find_postgres():
            address = stack.enter_context(run_postgres(programs, place.logs))
            writer = stack.enter_context(PostgresWriter(address, CLIENTS))
            tasks |= {
                _POSTGRES: Task(writer=writer, orders=3 * orders),
                _POSTGRESES: Task(writer=writer, orders=3 * orders, threads=CLIENTS),
                _POSTGRES_LISTS: Task(writer=writer, orders=listed, size=100),
            }
        yield tasks


def _check(client: Client, store_id: str, orders: int) -> None:
    summary = read_figures(client, store_id)["summary"]
    counted = summary["totalOrders"], summary["totalCompletedOrders"]
    if counted != (orders, orders):
        raise RuntimeError(f"{store_id}: expected {orders} orders created and completed, counted {counted}")
