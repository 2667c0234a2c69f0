"""The memory of an order function after its first thousand events, and after many more."""

from __future__ import annotations

from uuid import uuid4

import psutil

from infra.typical_orders import CREATED
from tests.performance.load import creations
from tests.performance.messages import Pushes
from tests.performance.place import Place
from tests.performance.rounds import rate
from tests.performance.rows import Row

_MIB = 1 << 20


def measure_memory(place: Place) -> list[Row]:
    """Push events to the function as Pub/Sub does; return its resident memory against that after few."""
    pid, (some, many) = place.state.functions[CREATED].pid, place.sizes.pushed
    events = creations(uuid4().hex, "m", many)
    with Pushes(place, CREATED) as pushes:
        place.tell(f"memory, {some:,} events")
        pushes.push_all(events[:some])
        first = resident(pid)
        place.tell(f"memory, {many:,} events")
        pushed = rate(many - some, lambda: pushes.push_all(events[some:]))
        last = resident(pid)
    bound = f"orders of the last minute are remembered, of {pushed:.0f} events/s"
    row = Row(name=f"memory of order-created after {many:,} events", value=last, unit="MiB", bound=bound)
    return [row.against(f"after {some:,} events", first)]


def resident(pid: int | None) -> float:
    """Return the memory of a server and its workers, in MiB."""
    server = psutil.Process(pid)
    return sum(part.memory_info().rss for part in (server, *server.children(recursive=True))) / _MIB
