"""One history: shops, operators and faults for a while, then quiet, then the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from tests.simulation import virtual
from tests.simulation.account import Account
from tests.simulation.checks import Checks
from tests.simulation.early_checks import EarlyChecks
from tests.simulation.editor import Editor
from tests.simulation.erasing import Erasing
from tests.simulation.jobs import EVERY_S, Jobs
from tests.simulation.network import NONE, Faults
from tests.simulation.operators import Operators
from tests.simulation.scheduler import Stuck
from tests.simulation.trade import Trade
from tests.simulation.violation import Violation
from tests.simulation.weather import Weather
from tests.simulation.workload import STARTS, STORES, UNANNOUNCED, Shop
from tests.simulation.world import World

_MISHAPS = Faults(crash=0.01, lost=0.05, zombie=0.01, aborted=0.05, slow=0.02)
"""While customers are erased."""

_CRASHES = Faults(crash=0.12)
"""While the last is said of each store: some instances crash between a commit and what follows from it."""

_LAST_WORDS, _CRASHES_S = 3, 3.0
"""So shortly that no message is delivered often enough to be given up."""

_LOSSES = Faults(lost=0.3)
"""While everything is repaired: a commit that is repeated because its answer was lost corrects once."""

QUIET_WITHIN_S = 3 * 3600.0
"""Everything that was asked for is done so long after the faults have stopped: a run that was killed keeps
its lease for an hour, and a message that failed often waits up to ten minutes."""

_MOST_TURNS = 300_000
"""Ten times what a history takes; more go round in circles."""

_MOST_REPLAYS = 5
_PATIENT_NIGHTS = 5
_DAY_S = 25 * 3600.0
_LATE_S = 60.0
"""By then the last commit is there that came after its caller gave up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one history did."""

    seed: int
    events: int
    faults: int
    calls: int
    virtual_hours: float
    digest: str


class History:
    """Lives through one history.

    Args:
        seed: decides everything.
        steps: how much the shops and operators do.
        without: faults that never happen.
    """

    def __init__(self, seed: int, steps: int, without: frozenset[str] = frozenset()) -> None:
        self._seed = seed
        self._steps = steps
        random = Random(f"{seed} history")
        start = datetime.fromisoformat(random.choice(STARTS)).replace(tzinfo=UTC)
        self.world = World(seed, start, without)
        self._operators = Operators(seed, self.world)
        self._account = Account(
            world=self.world,
            shops={
                store_id: Shop(store_id=store_id, currency=currency, random=Random(f"{seed} {store_id}"))
                for store_id, (_, currency) in STORES.items()
            },
            done=self._operators.done,
            has_failovers=random.random() < 0.5,
        )
        self._early = EarlyChecks(self._account)
        self._checks = Checks(self._account, self._operators)
        self._editor = Editor(seed, self.world, self._operators.done)
        spoilers = random.choice((0, 2))
        self._late_s = random.choice((5.0, 20.0, steps * 2.0))
        self._trade = Trade(
            seed, self._account, self._operators, self._early, editor=self._editor, spoilers=spoilers
        )
        self._erasing = Erasing(seed, self._account, self._operators)
        self._jobs = Jobs(seed, self.world, self._heard)
        self._weather = Weather(seed, self.world, has_failovers=self._account.has_failovers)

    def run(self) -> Result:
        """Live it.

        Raises:
            Violation: an invariant does not hold; the text says which.
            Stuck: something never ended.
        """
        try:
            self._live()
            self._finish()
            for _ in range(_LAST_WORDS):
                self._crash_at_the_last()
            self._checks.run()
            self._live_another_day()
            self._repair_through_losses()
        finally:
            virtual.uninstall()
            self._operators.close()
        world = self.world
        return Result(
            seed=self._seed,
            events=self._trade.published + len(self._account.done.baskets),
            faults=world.network.happened.total() + world.valkey.happened.total() + world.happened["outages"],
            calls=world.network.calls,
            virtual_hours=world.scheduler.now / 3600,
            digest=world.trace.digest(),
        )

    def _live(self) -> None:
        """Trade in all weathers, and then let everything end."""
        world, operators = self.world, self._operators
        for store_id, (zone, currency) in STORES.items():
            # One store sells before anybody knows of it.
            late_s = 0.0 if store_id != UNANNOUNCED else self._late_s
            operators.start("provision", partial(operators.provision, store_id, zone, currency), late_s)
        world.scheduler.run(world.scheduler.now + _LATE_S)
        world.acknowledged, world.valkey.replaced = self._early.acknowledged, self._early.replaced
        shops = world.scheduler.spawn("shops", partial(self._trade.run, self._steps))
        world.scheduler.spawn("weather", partial(self._weather.change, lambda: shops.done))
        self._jobs.start()
        world.scheduler.run(world.scheduler.now + 86_400, lambda: shops.done)
        self._weather.calm()
        if self._account.done.broken:
            night = world.scheduler.spawn("night with a broken record", self._live_through_night)
            world.scheduler.run(world.scheduler.now + QUIET_WITHIN_S, lambda: night.done)
            self._editor.mend_record()
        self._settle()

    def _finish(self) -> None:
        """Do what operators do in the end: replay good letters, and repair what was spoiled."""
        operators, done = self._operators, self._account.done
        replays = 0
        while self.world.pubsub.given_up or done.broken:
            if (replays := replays + 1) > _MOST_REPLAYS:
                raise Violation(
                    "every message ends applied or kept", "replayed messages fail again and again"
                )
            self.world.pubsub.given_up = 0
            for store_id in done.broken:
                operators.start("import again", partial(operators.import_again, store_id))
            done.broken.clear()
            operators.start("replay", operators.letters.replay_good_ones)
            self._settle()
        self._checks.check_deltas()
        for store_id in done.spoiled:
            self._repair(store_id)
        self._settle()
        self._jobs.running = False
        for name in EVERY_S:
            operators.start(name, partial(self._insist, name))
        self._settle()

    def _crash_at_the_last(self) -> None:
        """Have instances crash over the last event of each store: no later one hides what is left undone."""
        self.world.network.faults = _CRASHES
        self._trade.tell_of_old_orders()
        self.world.scheduler.run(self.world.scheduler.now + _CRASHES_S)
        self.world.network.faults = NONE
        self._settle()
        self._checks.check_deltas()

    def _live_another_day(self) -> None:
        """Forget some customers. In the end, every order that nobody paid has expired."""
        self.world.network.faults = _MISHAPS
        self._erasing.start()
        self._settle()
        self.world.network.faults = NONE
        self.world.scheduler.run(self.world.scheduler.now + _DAY_S)
        self._operators.start("expire-unpaid", partial(self._insist, "expire-unpaid"))
        self._settle()
        self._checks.run_another_day()
        self._checks.within(self._erasing.check)

    def _repair_through_losses(self) -> None:
        """Spoil something in every store, and repair it once while answers are lost."""
        stores = [store_id for store_id in self._account.shops if self._account.months(store_id)]
        self.world.network.faults = _LOSSES
        for store_id in stores:
            self._editor.spoil(store_id)
            self._repair(store_id)
        self._settle()
        self.world.network.faults = NONE
        for store_id in stores:
            self._checks.check_counters(store_id)

    def _repair(self, store_id: str) -> None:
        """Start to repair every month of a store."""
        for month in self._account.months(store_id):
            repair = partial(self._operators.reconcile, store_id, month, repair=True)
            self._operators.start("repair", repair)

    def _settle(self) -> None:
        """Let the time pass until nothing is left to do.

        Raises:
            Stuck: something is still going on after the time that it may take.
        """
        scheduler, messages, busy = self.world.scheduler, self.world.pubsub.open, self._operators.busy
        until = scheduler.now + QUIET_WITHIN_S
        while messages or busy:
            if scheduler.now >= until or scheduler.turns > _MOST_TURNS:
                waiting = [*busy, *(f"{one.topic} {one.message_id}" for one in messages)]
                raise Stuck(
                    f"still going on at {scheduler.now:.0f} s, long after the last fault: {waiting[:5]}"
                )
            scheduler.run(until, lambda: not (messages or busy) or scheduler.turns > _MOST_TURNS)
            scheduler.run(scheduler.now + _LATE_S)
            self._checks.check_errors()

    def _insist(self, name: str) -> None:
        while (answer := self._jobs.run(name)) is None:
            self.world.scheduler.sleep(60)
        if name == "reconcile-all":
            self._early.last_night(answer)

    def _live_through_night(self) -> None:
        for _ in range(_PATIENT_NIGHTS):
            if (night := self._jobs.run("reconcile-all")) is not None:
                self._early.nightly(night, is_quiet=True)
                return
            self.world.scheduler.sleep(60)
        raise Violation("a broken record keeps no other month waiting", "the nightly run never ends well")

    def _heard(self, name: str, answer: Mapping[str, Any]) -> None:
        if name == "reconcile-all":
            self._early.nightly(answer)
