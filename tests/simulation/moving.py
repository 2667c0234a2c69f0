"""One call that moves a store to another time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from shared import runtime
from shared.domain.changes import Change
from shared.ledger.change_zone import LeftBehind, Progress, change_zone
from tests.simulation.violation import Violation

_MOST_LOOKS = 50
"""Each look finds up to fifty records; more come only where others move them back meanwhile."""


def move(store_id: str, zone: str) -> Progress | None:
    """Move as much as five minutes allow, in an instance.

    Raises:
        Violation: the call looks for records again and again, and moves none.
    """
    return change_zone(
        store_id,
        zone,
        stores=runtime.stores(),
        tell=runtime.cards().keep_settings,
        left_behind=_FewLooks(runtime.left_behind()),
        ledger=runtime.ledger(),
        clock=partial(datetime.now, UTC),
        budget=timedelta(minutes=5),
    )


class _FewLooks:
    def __init__(self, left_behind: LeftBehind) -> None:
        self._left_behind = left_behind
        self._looks = 0

    def changes(self, store_id: str, timezone: str, limit: int) -> Sequence[Change]:
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            text = f"store {store_id!r} looks for what is left behind again and again"
            raise Violation("every operation ends", text, [store_id])
        return self._left_behind.changes(store_id, timezone, limit)
