"""How a move to another time zone ends: finished, cut short, overtaken, or with records that can't move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import pytest

from emulator.recount import Event
from shared.documents.paths import Path, order_path, store_path
from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.store import Store, Terms
from shared.errors import RecordsLeftBehind, StoreUnavailable, ZoneMoved
from shared.ledger.change_zone import SETTLED_AFTER, Progress, change_zone
from shared.ledger.ledger import Ledger
from tests.builders import NOON
from tests.contract.backends import ZONE, MemoryBackend, new_ledger
from tests.contract.events import apply, created, reached, registered
from tests.counted import counted, recount

TOKYO = "Asia/Tokyo"
SECOND = timedelta(seconds=1)
HISTORY = [*(created(f"o-{n}", f"2026-11-{n % 28 + 1:02}T02:30:00Z") for n in range(70)), registered()]


class Tenants:
    """One store, as an instance knows it that remembers nothing."""

    def __init__(self) -> None:
        self.store: Store | None = Store(store_id="s-1", name="Aurora", timezone=ZONE, currency="BRL")

    def terms(self, change: Change) -> Terms:  # noqa: ARG002 - there is one store
        assert self.store is not None
        return Terms(timezone=self.store.timezone)

    def read(self, store_id: str) -> Store | None:
        return self.store if self.store and self.store.store_id == store_id else None

    def move(self, store_id: str, timezone: str, now: datetime) -> Store | None:
        store = self.read(store_id)
        if store and store.timezone != timezone:
            self.store = store = replace(store, timezone=timezone, zoned_at=now)
        return store


class Bench:
    """The store s-1 with a history. `meanwhile` happens before each look at what is left behind."""

    def __init__(self) -> None:
        self.backend = MemoryBackend()
        apply(new_ledger(self.backend), *HISTORY)
        self.tenants = Tenants()
        self.ledger = Ledger(self.backend.documents, self.tenants)
        self.now = NOON
        self.told: list[Store] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self._looks = 0

    def changes(self, store_id: str, timezone: str, limit: int) -> list[Change]:
        self._looks += 1
        assert self._looks <= 10, "it looks for records again and again"
        self.meanwhile()
        return list(islice(self._left_behind(store_id, timezone), limit))

    def _left_behind(self, store_id: str, timezone: str) -> list[Change]:
        found: list[Change] = []
        for path, fields in self.backend.documents.documents.items():
            if path[:2] == store_path(store_id) and fields.get("timezone", timezone) != timezone:
                if path[2] == "orders":
                    order_id = fields["orderId"]
                    found.append(OrderChange(store_id=store_id, order_id=order_id, facts=OrderFacts()))
                elif path[2] == "customers":
                    of = fields["customerId"]
                    found.append(CustomerChange(store_id=store_id, customer_id=of, facts=Registration()))
        return found

    def move(
        self, timezone: str = TOKYO, *, store_id: str = "s-1", budget: timedelta = timedelta(minutes=5)
    ) -> Progress | None:
        return change_zone(
            store_id,
            timezone,
            stores=self.tenants,
            tell=self.told.append,
            left_behind=self,
            ledger=self.ledger,
            clock=lambda: self.now,
            budget=budget,
        )

    def counts(self, timezone: str, *later: Event) -> bool:
        """Whether everything is counted in the zone, and once."""
        return counted(self.backend, "s-1") == recount([*HISTORY, *later], timezone)

    def spoil(self, path: Path) -> None:
        documents = self.backend.documents.documents
        documents[path] = {**documents[path], "price": "seven"}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_store_is_told_of_once_and_all_its_records_move(bench: Bench) -> None:
    assert bench.move() == Progress(moved=71, finished=False, ask_again_after_s=120)
    assert bench.told == [bench.tenants.store]
    assert bench.counts(TOKYO)
    assert not bench.counts(ZONE)


def test_a_store_that_does_not_exist_can_not_be_moved(bench: Bench) -> None:
    assert bench.move(store_id="s-2") is None
    assert bench.told == []


@pytest.mark.parametrize(
    ("passed", "left_s"),
    [
        (timedelta(0), 120),
        (SETTLED_AFTER - SECOND, 1),
        (SETTLED_AFTER - SECOND / 2, 1),
        (SETTLED_AFTER, 0),
        (SETTLED_AFTER + 5 * SECOND, 0),
    ],
)
def test_it_is_not_finished_before_every_instance_knows(bench: Bench, passed: timedelta, left_s: int) -> None:
    bench.move()
    bench.now += passed
    assert bench.move() == Progress(moved=0, finished=left_s == 0, ask_again_after_s=left_s)


def test_a_store_that_never_moved_need_not_wait_for_its_own_zone(bench: Bench) -> None:
    assert bench.move(ZONE) == Progress(moved=0, finished=True, ask_again_after_s=0)


def test_what_a_budget_cut_short_goes_on_at_once_when_asked_again(bench: Bench) -> None:
    def pass_time() -> None:
        bench.now += 30 * SECOND

    bench.meanwhile = pass_time
    budget = 60 * SECOND
    # The second look is at the end of the budget.
    assert bench.move(budget=budget) == Progress(moved=50, finished=False, ask_again_after_s=0)
    rest = bench.move(budget=budget)
    assert rest is not None
    assert rest.moved == 21
    assert bench.counts(TOKYO)


def test_a_move_that_another_one_overtook_says_where_the_store_is(bench: Bench) -> None:
    def overtake() -> None:
        bench.tenants.move("s-1", "Pacific/Auckland", bench.now)

    bench.meanwhile = overtake
    with pytest.raises(ZoneMoved, match=r"^somebody moved store 's-1' to Pacific/Auckland meanwhile$"):
        bench.move()


def test_records_that_can_not_be_read_stay_behind_alone_and_the_first_are_named(bench: Bench) -> None:
    # More than one look finds: those behind them move all the same.
    for n in range(60):
        bench.spoil(order_path("s-1", f"o-{n}"))
    with pytest.raises(RecordsLeftBehind) as left:
        bench.move()
    named = "; ".join(f"stores/s-1/orders/o-{n}: price: expected int, got str" for n in range(5))
    assert str(left.value) == f"11 records moved and 60 can't: {named}"


def test_a_failure_that_may_pass_ends_the_move(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    away = StoreUnavailable("away")
    monkeypatch.setattr(bench.ledger, "apply_each", lambda changes, **_: [away] * len(changes))
    with pytest.raises(StoreUnavailable, match="away"):
        bench.move()


def test_a_record_that_another_instance_moved_back_is_not_believed_as_remembered(bench: Bench) -> None:
    former = new_ledger(bench.backend)
    bench.move()
    # Remembered as moved by this instance, and moved back by the other one with the next event.
    late = [reached("COMPLETED", f"o-{n}", "2026-11-25T12:00:00Z") for n in range(70)]
    apply(former, *late)
    progress = bench.move()
    assert progress is not None
    assert progress.moved == 70
    assert bench.counts(TOKYO, *late)
