"""In Firestore, a store moves to another time zone with everything counted, while events keep coming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.left_behind import FirestoreLeftBehind
from shared.adapters.firestore.stores import FirestoreStores
from shared.domain.changes import Change
from shared.domain.store import Store
from shared.errors import ZoneMoved
from shared.ledger.change_zone import SETTLED_AFTER, Progress, change_zone
from shared.ledger.ledger import Ledger
from tests.builders import NOON
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, confirmed, created, reached, registered
from tests.counted import counted, recount

TOKYO = "Asia/Tokyo"


class Mover(FirestoreLeftBehind):
    """Moves the store s-1; `meanwhile` happens before each look at what is left behind."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.stores = FirestoreStores(client, ZONE)
        self.ledger = Ledger(FirestoreBackend(client).documents, self.stores)
        self.now = NOON
        self.told: list[Store] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def changes(self, store_id: str, timezone: str, limit: int) -> list[Change]:
        self.meanwhile()
        return super().changes(store_id, timezone, limit)

    def move(self, timezone: str = TOKYO, budget: timedelta = timedelta(minutes=5)) -> Progress | None:
        return change_zone(
            "s-1",
            timezone,
            stores=self.stores,
            tell=self.told.append,
            left_behind=self,
            ledger=self.ledger,
            clock=self.clock,
            budget=budget,
        )

    def clock(self) -> datetime:
        return self.now


def history(orders: int = 70) -> list[Event]:
    """Return events around midnights of both zones, in two months."""
    events = []
    for n in range(orders):
        at = f"2026-{10 + n % 2}-{n % 28 + 1:02}T{n % 24:02}:30:00Z"
        coupon = "TEN" if n % 4 == 0 else None
        events.append(created(f"o-{n}", at, customerId=f"c-{n % 9}", couponCode=coupon))
        if n % 3:
            events.append(reached("COMPLETED", f"o-{n}"))
        if n % 10 == 0:
            events.append(amended(f"o-{n}", at, customerId="c-moved", price="7.00"))
    events += [registered("c-1", "2026-10-31T20:00:00Z"), confirmed("c-2", "2026-11-01T01:00:00Z")]
    return [*events, reached("COMPLETED", "o-early")]


@pytest.fixture
def mover(client: Client) -> Mover:
    apply(new_ledger(FirestoreBackend(client)), *history())
    return Mover(client)


def test_everything_counted_moves_to_the_days_of_the_new_zone(client: Client, mover: Mover) -> None:
    progress = mover.move()
    assert progress is not None
    assert progress.moved == 73
    assert [store.timezone for store in mover.told] == [TOKYO]
    assert counted(FirestoreBackend(client), "s-1") == recount(history(), TOKYO)
    assert counted(FirestoreBackend(client), "s-1") != recount(history(), ZONE)


def test_instances_that_still_count_in_the_former_zone_are_caught_up_with(
    client: Client, mover: Mover
) -> None:
    backend = FirestoreBackend(client)
    former, late = new_ledger(backend), list[Event]()
    apply(former, created("warm", "2026-11-05T20:00:00Z"))

    def more() -> None:
        n = len(late)
        late.append(created(f"late-{n}", f"2026-11-{n % 9 + 1:02}T22:00:00Z"))
        late.append(reached("REFOUNDED", f"o-{n}", "2026-11-25T12:00:00Z"))
        apply(former, *late[-2:])
        if len(late) > 20:
            mover.meanwhile = lambda: None

    mover.meanwhile = more
    first = mover.move()
    assert first is not None
    assert not first.finished
    apply(former, created("last", "2026-11-09T20:00:00Z"))
    mover.now += SETTLED_AFTER
    second = mover.move()
    assert second is not None
    assert second.moved > 0
    assert second.finished
    delivered = [
        *history(), created("warm", "2026-11-05T20:00:00Z"), *late, created("last", "2026-11-09T20:00:00Z"),
    ]  # fmt: skip
    assert counted(backend, "s-1") == recount(delivered, TOKYO)


def test_moving_there_and_back_leaves_everything_as_it_was(client: Client, mover: Mover) -> None:
    mover.move(TOKYO)
    mover.move(ZONE)
    assert counted(FirestoreBackend(client), "s-1") == recount(history(), ZONE)


def test_of_two_zones_at_once_the_last_one_stands(client: Client, mover: Mover) -> None:
    other = Mover(client)

    def move_elsewhere() -> None:
        mover.meanwhile = lambda: None
        other.move("Pacific/Auckland")

    mover.meanwhile = move_elsewhere
    with pytest.raises(ZoneMoved, match="Pacific/Auckland"):
        mover.move(TOKYO)
    other.move("Pacific/Auckland")
    assert counted(FirestoreBackend(client), "s-1") == recount(history(), "Pacific/Auckland")
