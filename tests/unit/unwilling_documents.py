"""Documents in memory that refuse some commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator.documents import MemoryDocuments
from shared.documents.paths import Path
from shared.documents.store import Committed, Document, Write
from shared.errors import CommitRefused


class UnwillingDocuments(MemoryDocuments):
    """Takes so many writes in one commit. `reads` and `tries` are the orders of each read and commit.

    `before_commit` is called with the orders of each commit, and may raise an error or let in another writer.
    """

    def __init__(self, most_writes: int = 10_000) -> None:
        super().__init__()
        self.most_writes = most_writes
        self.reads: list[list[str]] = []
        self.tries: list[list[str]] = []
        self.before_commit: Callable[[list[str]], object] = lambda _: None

    def read(self, paths: Sequence[Path]) -> list[Document]:
        self.reads.append(_orders(paths))
        return super().read(paths)

    def commit(self, writes: Sequence[Write]) -> Committed:
        orders = _orders([write.path for write in writes])
        self.tries.append(orders)
        if len(writes) > self.most_writes:
            raise CommitRefused(f"commit: expected at most {self.most_writes} writes, got {len(writes)}")
        self.before_commit(orders)
        return super().commit(writes)


def _orders(paths: Sequence[Path]) -> list[str]:
    return [path[-1] for path in paths if path[-2] == "orders"]
