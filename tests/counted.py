"""What the documents of a store hold, and what a recount says that they must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from emulator.recount import Event, Key, recount_counters
from shared.domain.tallies import TALLIES

Counters = dict[Key, dict[str, int]]


class Collections(Protocol):
    """Documents that can be listed."""

    def collection(self, store_id: str, name: str) -> Sequence[Mapping[str, Any]]: ...


def recount(events: Iterable[Event], timezone: str, store_id: str = "s-1") -> Counters:
    """Return every counter of a store in BRL that is not 0."""
    return recount_counters(events, store_id=store_id, timezone=timezone, currency="BRL")


def counted(documents: Collections, store_id: str) -> Counters:
    """Return every counter that is not 0 in the documents of a store."""
    names = [tally.collection for tally in TALLIES]
    return counters_in((name, fields) for name in names for fields in documents.collection(store_id, name))


def counters_in(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> Counters:
    """Return every counter that is not 0; each document comes with the name of its collection.

    Two documents of one thing are an error.
    """
    tallies = {tally.collection: tally for tally in TALLIES}
    found: Counters = {}
    for collection, fields in documents:
        if tally := tallies.get(collection):
            key = (collection, *(fields[name] for name in ("month", tally.id_field) if name in fields))
            assert key not in found
            found[key] = _numbers(fields)
    sums = {key: {counter: n for counter, n in counters.items() if n} for key, counters in found.items()}
    return {key: counters for key, counters in sums.items() if counters}


def _numbers(fields: Mapping[str, Any]) -> dict[str, int]:
    numbers = {name: value for name, value in fields.items() if type(value) is int and name != "version"}
    for day, row in fields.get("days", {}).items():
        numbers |= {f"{day}.{name}": value for name, value in row.items()}
    for day, hours in fields.get("hours", {}).items():
        for hour, row in hours.items():
            numbers |= {f"{day}.{hour}.{name}": value for name, value in row.items()}
    return numbers
