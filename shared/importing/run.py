"""Import a file: some lists at once, noted in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

from shared.importing.batches import Batch, cut, read_lines
from shared.importing.count import BatchCounter, Counted
from shared.importing.journal import Journal

LISTS_AT_ONCE = 4


def import_lines(
    journal: Journal,
    counter: BatchCounter,
    *,
    stopped: Event,
    tell: Callable[[Counted], None],
    lists_at_once: int = LISTS_AT_ONCE,
) -> None:
    """Count the lines that are left, until the file is done or somebody stops it.

    Lists that are under way at once may be about the same orders: whichever comes second finds out.

    Args:
        journal: the file, and how far it is done.
        counter: counts a list.
        stopped: set to end after the lists under way.
        tell: called with what became of each list, once it is noted.
        lists_at_once: how many lists are under way.

    Raises:
        NoLines: the file is no JSON Lines.
        TransientError: a list could not be counted; what is noted is done, go on from there.
    """
    under_way: deque[tuple[Batch, Future[Counted]]] = deque()

    def note_first() -> None:
        batch, future = under_way.popleft()
        counted = future.result()
        journal.record(batch, counted)
        tell(counted)

    with ThreadPoolExecutor(lists_at_once) as pool:
        for batch in cut(read_lines(journal.file, journal.position.lines)):
            if stopped.is_set():
                break
            under_way.append((batch, pool.submit(counter.count, batch)))
            if len(under_way) > lists_at_once:
                note_first()
        while under_way:
            note_first()
