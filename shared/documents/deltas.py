"""Deltas: what commits of a hot store add to its tallies, waiting to be folded into them. Pure.

Nearly every commit of a store increments its tallies, and Firestore sustains about one write a second to a
document. While a store is hot, a commit carries those increments in a new document instead, its delta. A
folder later adds the sum of many deltas to the tallies in one commit. Increments commute, so commits of both
kinds may mix, and at any instant

    the ledger's entries = tallies + pending deltas.

A delta is one text, unindexed: {"months/2026-11": [{field: value}, {"days.20.totalOrders": amount}], …}.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shared.documents.paths import Path
from shared.documents.store import ABSENT, MOST_TRANSFORMS, DocumentWrite, Write
from shared.domain.tallies import CUSTOMERS, TALLIES

COLLECTION = "deltas"
FIELD = "tallies"

MOST_CHARACTERS = 300_000
"""Of a delta. What it adds fits into one commit, even to the emulator, where it takes four times as much."""

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every delta was made."""

_DEFERRED = {tally.collection for tally in TALLIES if tally is not CUSTOMERS}
"""Customers are not deferred: a commit tells their new figures, and few orders share a customer."""


class Delta(NamedTuple):
    """A pending delta: where it is, at which version, and its text."""

    path: Path
    version: Any
    text: str

    @property
    def made_at(self) -> datetime:
        """Return when it was made, by the clock of the instance that made it."""
        return datetime.fromisoformat(self.path[-1].split(" ")[0])


def delta_id(at: datetime, chance: str = "") -> str:
    """Return the id of a delta; without chance, the lowest one of that time. Ids sort by time."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f+00:00} {chance}"


def defer(writes: Sequence[Write], hot: Collection[Path], new_id: str) -> list[Write]:
    """Return the writes with the increments of each hot store's tallies in a delta of that id.

    The tallies of a store whose delta would be too long, or could never be folded in one commit, are written
    as they are.

    Args:
        writes: of one commit.
        hot: the documents of hot stores, ("stores", …).
        new_id: an id that no delta has yet.
    """
    kept: list[Write] = []
    tallies: dict[Path, list[DocumentWrite]] = {}
    for write in writes:
        store = write.path[:2]
        if isinstance(write, DocumentWrite) and store in hot and write.path[-2] in _DEFERRED:
            tallies.setdefault(store, []).append(write)
        else:
            kept.append(write)
    for store, deferred in tallies.items():
        text = encode(deferred)
        if len(text) <= MOST_CHARACTERS and all(one.transforms <= MOST_TRANSFORMS for one in deferred):
            path = (*store, COLLECTION, new_id)
            kept.append(DocumentWrite(path=path, version=ABSENT, fields={FIELD: text}))
        else:
            kept += deferred
    return kept


def encode(tallies: Iterable[DocumentWrite]) -> str:
    """Return the blind writes of one store's tallies as a text."""
    document = {
        "/".join(write.path[2:]): [
            write.fields,
            {".".join(field): amount for field, amount in write.increments.items()},
        ]
        for write in tallies
    }
    return json.dumps(document, separators=(",", ":"))


def total(store: Path, texts: Iterable[str]) -> dict[Path, DocumentWrite]:
    """Return the writes that add up all of a store's deltas; of the labels, those of the last delta stay."""
    writes: dict[Path, DocumentWrite] = {}
    for text in texts:
        for name, (fields, amounts) in json.loads(text).items():
            path = (*store, *name.split("/"))
            write = writes.setdefault(path, DocumentWrite(path=path))
            write.fields |= fields
            for counter, amount in amounts.items():
                write.increment(*counter.split("."), by=amount)
    return writes
