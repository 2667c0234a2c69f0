"""Import a file: several batches at once, recorded in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Event
from zlib import crc32

from shared.documents.paths import record_path
from shared.importing.batches import Line, cut, read_lines
from shared.importing.count import BatchCounter, Counted, ReadLine, read_all
from shared.importing.journal import Journal

LANES = 4
_PARTS_AHEAD = 2


def import_lines(
    journal: Journal,
    counter: BatchCounter,
    *,
    store_id: str | None,
    unpaid_codes: Collection[int] = (),
    stopped: Event,
    tell: Callable[[Counted], None],
    begin: Callable[[Collection[str]], None],
) -> None:
    """Count the remaining lines until the file is done or `stopped` is set.

    Args:
        journal: the file, and how far it is done.
        counter: counts a batch.
        store_id: the store of all lines; None where each names its own.
        unpaid_codes: status codes by which an order still awaits its payment.
        stopped: set it to stop after the batches in progress.
        tell: called with the outcome of each part of the file, once it is recorded.
        begin: called with the stores of each part, before it is counted.

    Raises:
        NoLines: the file is not JSON Lines.
        TransientError: a batch could not be counted; what is recorded is done, resume from there.
    """
    under_way: deque[tuple[Sequence[Line], Counted, list[Future[Counted]]]] = deque()

    def note_first() -> None:
        lines, counted, futures = under_way.popleft()
        for future in futures:
            counted.add(future.result())
        journal.record(lines, counted)
        tell(counted)

    with ExitStack() as stack:
        lanes = [stack.enter_context(ThreadPoolExecutor(1)) for _ in range(LANES)]
        for lines in cut(read_lines(journal.file, journal.position.lines), times=LANES):
            if stopped.is_set():
                break
            read, counted = read_all(lines, store_id, datetime.now(UTC), unpaid_codes)
            begin({line.change.store_id for line in read})
            lists = [lanes[n].submit(counter.count, batch) for n, batch in _in_lanes(read)]
            under_way.append((lines, counted, lists))
            if len(under_way) > _PARTS_AHEAD:
                note_first()
        while under_way:
            note_first()


def _in_lanes(read: Sequence[ReadLine]) -> Iterator[tuple[int, list[ReadLine]]]:
    """Yield batches and their lanes. All lines about one order share a lane, so batches don't race for a
    record.

    Without lanes, half of the batches would lose races where a file lists events in order.
    """
    lanes: list[list[ReadLine]] = [[] for _ in range(LANES)]
    for line in read:
        lanes[crc32("/".join(record_path(line.change)).encode()) % LANES].append(line)
    for n, lane in enumerate(lanes):
        for batch in cut(lane):
            yield n, batch
