"""The memory of an order function after its first thousand events, and after many more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import psutil

from tests.performance.events import CREATED, creations
from tests.performance.place import Place
from tests.performance.pushes import Pushes
from tests.performance.rounds import timed
from tests.performance.rows import Row

_MIB = 1 << 20


def measure_memory(place: Place) -> list[Row]:
    """Push events to the function as Pub/Sub does; return its resident memory against that after few.

    Raises:
        RuntimeError: an event was refused.
    """
    pid, (some, many) = place.state.functions[CREATED].pid, place.sizes.pushed
    sales = creations(uuid4().hex, "m", many)
    with Pushes(place, CREATED) as pushes:
        place.tell(f"memory, {some:,} events")
        pushes.push_all(sales[:some])
        first = resident(pid)
        place.tell(f"memory, {many:,} events")
        took_s = timed(lambda: pushes.push_all(sales[some:]))
        last = resident(pid)
    bound = f"orders of the last minute are remembered, of {(many - some) / took_s:.0f} events/s"
    row = Row(name=f"memory of order-created after {many:,} events", value=last, unit="MiB", bound=bound)
    return [row.against(f"after {some:,} events", first, last / first)]


def resident(pid: int | None) -> float:
    """Return the memory of the server and its workers, in MiB."""
    master = psutil.Process(pid)
    processes: Sequence[psutil.Process] = [master, *master.children(recursive=True)]
    return sum(process.memory_info().rss for process in processes) / _MIB
