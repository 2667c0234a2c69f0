"""Move a store and all that was counted in it to another time zone, while events keep coming.

Each record names the zone that it was counted in. Applying an empty change to a record of another zone moves
it (`shared.ledger.decide`), so a change of zone updates the store and then touches every record left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import ceil
from typing import Protocol

from shared.documents.paths import Path, record_path
from shared.domain.changes import Change
from shared.domain.store import Store
from shared.errors import PermanentError, RecordsLeftBehind, ZoneMoved
from shared.ledger.ledger import Ledger

_AT_ONCE = 50
_MOST_SHOWN = 5

SETTLED_AFTER = timedelta(seconds=120)
"""By then no instance counts in the former zone: an instance remembers a store for a minute, and applies or
gives up an event within another."""


class StoreMover(Protocol):
    """The tenants, as a change of zone needs them."""

    def move(self, store_id: str, timezone: str, now: datetime) -> Store | None:
        """Put the store into the zone and return it, or None if there is no such store."""

    def read(self, store_id: str) -> Store | None:
        """Return the store as it is now, not as it is remembered."""


class LeftBehind(Protocol):
    """Finds records that were counted in another zone than their store's."""

    def changes(self, store_id: str, timezone: str, limit: int) -> Sequence[Change]:
        """Return an empty change for each of up to `limit` such records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many records moved, and whether all did. Unless finished, ask again after so many seconds."""

    moved: int
    finished: bool
    ask_again_after_s: int


def change_zone(
    store_id: str,
    timezone: str,
    *,
    stores: StoreMover,
    tell: Callable[[Store], None],
    left_behind: LeftBehind,
    ledger: Ledger,
    clock: Callable[[], datetime],
    budget: timedelta,
) -> Progress | None:
    """Move the store and as many of its records as the budget allows; return None if there is no such store.

    `tell` is called with the store once it is in the zone. A further call continues. The move is finished
    when nothing is left behind two minutes after the store itself moved.

    Raises:
        ZoneMoved: another request moved the store to a third zone meanwhile.
        RecordsLeftBehind: all records moved but those that the error names; correct them and call again.
        TransientError: some records may be left behind; call again.
    """
    began = clock()
    store = stores.move(store_id, timezone, began)
    if store is None:
        return None
    tell(store)
    moved = 0
    immovable: dict[Path, PermanentError] = {}

    def movable() -> list[Change]:
        found = left_behind.changes(store_id, timezone, _AT_ONCE + len(immovable))
        return [change for change in found if record_path(change) not in immovable]

    while changes := movable():
        if clock() - began >= budget:
            return Progress(moved=moved, finished=False, ask_again_after_s=0)
        # No guess: an instance that still counts in the former zone may have moved back what this one moved.
        for change, result in zip(changes, ledger.apply_each(changes, guess=False), strict=True):
            if isinstance(result, PermanentError):
                immovable[record_path(change)] = result
            elif isinstance(result, Exception):
                raise result
            else:
                moved += 1
        store = stores.read(store_id)
        if store is None or store.timezone != timezone:
            raise ZoneMoved(f"somebody moved store {store_id!r} to {store and store.timezone} meanwhile")
    if immovable:
        shown = "; ".join(map(str, islice(immovable.values(), _MOST_SHOWN)))
        raise RecordsLeftBehind(f"{moved} records moved and {len(immovable)} can't: {shown}")
    # A store that never moved has no instance that counts in a former zone.
    settled_in = store.zoned_at + SETTLED_AFTER - clock() if store.zoned_at else timedelta()
    return Progress(
        moved=moved,
        finished=settled_in <= timedelta(),
        ask_again_after_s=max(0, ceil(settled_in.total_seconds())),
    )
