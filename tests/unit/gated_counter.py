"""An instance whose commits wait for a permit, so that a test decides what comes at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, Semaphore

from emulator.documents import MemoryDocuments
from shared.documents.store import Committed, DocumentWrite, Write
from shared.domain.changes import Change, OrderChange
from shared.ledger.group_commit import MOST_WAITING, GroupCommit
from shared.ledger.in_flight import Arrivals
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import a_snapshot, an_item, facts
from tests.fakes import FakeStores
from tests.patience import wait_for


class GatedDocuments(MemoryDocuments):
    """Commits wait for a permit; `spoil` may raise what one fails with. `groups` are orders by commit."""

    def __init__(self) -> None:
        super().__init__()
        self.permits = Semaphore(0)
        self.groups: list[list[str]] = []
        self.spoil: Callable[[list[str]], object] = lambda _: None

    def commit(self, writes: Sequence[Write]) -> Committed:
        orders = [
            write.fields["orderId"]
            for write in writes
            if isinstance(write, DocumentWrite) and write.path[-2] == "orders"
        ]
        self.groups.append(orders)
        assert self.permits.acquire(timeout=30)
        self.spoil(orders)
        return super().commit(writes)

    def let(self, commits: int = 10_000) -> None:
        self.permits.release(commits)


class CountedArrivals(Arrivals):
    """Counts the requests that have joined a group."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = 0
        self._counting = Lock()

    def join(self) -> None:
        super().join()
        with self._counting:
            self.joined += 1


class Counter:
    """An instance: applies changes in threads of their own, one after the other has joined."""

    def __init__(self, wait_s: float = 0.0) -> None:
        self.documents = GatedDocuments()
        self.arrivals = CountedArrivals()
        self.threads = ThreadPoolExecutor(MOST_WAITING + 10)
        self.wait(wait_s)

    def wait(self, wait_s: float) -> None:
        """Have groups wait so long for those on their way."""
        self.group = GroupCommit(Ledger(self.documents, FakeStores()), self.arrivals, wait_s=wait_s)

    def start(self, *changes: Change) -> list[Future[Outcome]]:
        return [self.threads.submit(self.group.apply, change) for change in changes]

    def hold(self, store_id: str = "s-1") -> Future[Outcome]:
        """Start a change of the store whose commit is held, so that others gather behind it."""
        held = self.start(an_order("held", store_id=store_id))[0]
        wait_for(lambda: ["held"] in self.documents.groups)
        return held

    def gather(self, *changes: Change) -> list[Future[Outcome]]:
        """Start changes, and return once all have joined a group."""
        before = self.arrivals.joined
        started = self.start(*changes)
        wait_for(lambda: self.arrivals.joined == before + len(changes))
        return started


def an_order(order_id: str = "o-1", *, store_id: str = "s-1", items: int = 1) -> OrderChange:
    lines = tuple(an_item(f"p-{n}") for n in range(items))
    return OrderChange(
        store_id=store_id, order_id=order_id, facts=facts(a_snapshot(items=lines)), creates=True
    )


def orders(n: int) -> list[OrderChange]:
    return [an_order(f"o-{number}") for number in range(n)]
