"""Somebody who edits documents by hand, in the console of the database."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from shared.documents.paths import store_path
from shared.domain.tallies import CUSTOMERS, TALLIES, Tally
from tests.simulation.operators import Done
from tests.simulation.world import DATABASE, World


class Editor:
    """Edits tallies, which a repair then puts right, and at most one record, which becomes unreadable.

    Args:
        seed: decides what is edited.
        world: where.
        done: where it is written down.
    """

    def __init__(self, seed: int, world: World, done: Done) -> None:
        self._random = Random(f"{seed} editor")
        self._world = world
        self._done = done
        self._broken = ""

    def spoil(self, store_id: str) -> None:
        """Add to a counter."""
        found = [
            (name, tally.counters[0])
            for tally in TALLIES
            for name in self._names(store_id, tally.collection)
            if self._is_recounted(tally, name)
        ]
        if found:
            name, counter = self._random.choice(found)
            self._done.spoiled[store_id] = None
            self._world.trace.note("editor", f"spoil {name} of {store_id!r}")
            self._world.database.spoil(name, partial(_add_seven, counter))

    def break_record(self, store_id: str) -> None:
        """Make an order's record unreadable."""
        names = self._names(store_id, "orders")
        if names and not self._done.broken:
            name = self._broken = self._random.choice(names)
            self._done.broken[store_id] = (self._world.database.fields(name) or {})["orderId"]
            self._world.trace.note("editor", f"break {name} of {store_id!r}")
            self._world.database.spoil(name, _break)

    def mend_record(self) -> None:
        """Correct the record."""
        self._world.trace.note("editor", f"mend {self._broken}")
        self._world.database.spoil(self._broken, _mend)

    def _names(self, store_id: str, collection: str) -> list[str]:
        parent = f"{DATABASE}/documents/{'/'.join(store_path(store_id))}/"
        return [name for name in self._world.database.names(collection) if name.startswith(parent)]

    def _is_recounted(self, tally: Tally, name: str) -> bool:
        """Tell whether a recount looks at the document: not at that of a customer without any order."""
        fields = self._world.database.fields(name) or {}
        return tally is not CUSTOMERS or bool(fields.get("lastOrderAt"))


def _add_seven(counter: str, document: Any) -> None:
    document.fields[counter].integer_value += 7


def _break(document: Any) -> None:
    document.fields["kept"].CopyFrom(document.fields["statuses"])
    document.fields["statuses"].string_value = "?"


def _mend(document: Any) -> None:
    document.fields["statuses"].CopyFrom(document.fields["kept"])
    del document.fields["kept"]
