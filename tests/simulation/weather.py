"""Which faults happen when: they change every few seconds, and stop in the end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.simulation.network import NONE, Faults
from tests.simulation.world import World

_WEATHERS = (
    NONE,
    Faults(lost=0.1, zombie=0.05),
    Faults(aborted=0.2, slow=0.05),
    Faults(crash=0.02, lost=0.02),
    Faults(slow=0.5),  # what takes milliseconds elsewhere gives others the time to come in between
    Faults(crash=0.004, lost=0.03, zombie=0.02, aborted=0.03, unavailable=0.03, deadline=0.01, slow=0.03),
)

_AWAY = 0.12
"""How much of the time the cache, or the publishing of messages, is away altogether."""


class Weather:
    """Changes the faults, kills instances, and fails over and flushes the cache.

    Args:
        seed: decides what happens.
        world: where.
        has_failovers: whether Valkey may lose what it had acknowledged.
    """

    def __init__(self, seed: int, world: World, *, has_failovers: bool) -> None:
        self._random = Random(f"{seed} weather")
        self._world = world
        self._has_failovers = has_failovers

    def change(self, is_over: Callable[[], bool]) -> None:
        """Go on until it is over."""
        world, random = self._world, self._random
        while not is_over():
            world.network.faults = random.choice(_WEATHERS)
            world.customers.away = random.choice((0.0, 0.0, 0.5))
            world.valkey.away = random.random() < _AWAY
            world.pubsub.away = random.random() < _AWAY
            world.happened["outages"] += world.valkey.away + world.pubsub.away
            world.scheduler.sleep(random.uniform(5, 60))
            if is_over():
                return
            if random.random() < 0.3:
                world.kill_any()
            match random.randrange(8):
                case 0:
                    world.valkey.flush()
                case 1 if self._has_failovers:
                    world.valkey.fail_over()
                case 2 | 3:
                    world.valkey.replicate()

    def calm(self) -> None:
        """Stop all faults."""
        world = self._world
        world.network.faults = NONE
        world.customers.away = 0.0
        world.valkey.away = world.pubsub.away = False
        world.pubsub.has_faults = False
