"""What the scheduler starts, through the HTTP functions that it calls in production."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from random import Random
from typing import Any

import functions_framework
from flask import Flask

from tests.simulation.world import ROOT, TOPOLOGY, World

EVERY_S = {"expire-unpaid": 600.0, "sweep-baskets": 300.0, "reconcile-all": 3600.0, "warm-cards": 300.0}


class Jobs:
    """Run every scheduled function now and then, sometimes twice at once, until they are stopped.

    Args:
        seed: decides when.
        world: where they run.
        heard: is told the name and the answer of every run that ended well.
    """

    def __init__(self, seed: int, world: World, heard: Callable[[str, Mapping[str, Any]], None]) -> None:
        self.running = True
        self._heard = heard
        self._world = world
        self._random = Random(f"{seed} jobs")

    def start(self) -> None:
        """Start the schedules."""
        for name, every_s in EVERY_S.items():
            self._world.scheduler.spawn(name, partial(self._repeat, name, every_s))

    def run(self, name: str) -> Mapping[str, Any] | None:
        """Run a job once; return its answer, None where it failed."""
        done, answer = self._world.request(name, call(name), "run")
        if not done or answer is None:
            return None
        self._heard(name, answer)
        found: Mapping[str, Any] = answer
        return found

    def _repeat(self, name: str, every_s: float) -> None:
        while True:
            self._world.scheduler.sleep(every_s * self._random.uniform(0.1, 1.1))
            if not self.running:
                return
            for _ in range(self._random.choice((1, 1, 2))):  # a scheduler may fire twice
                self._world.scheduler.spawn(name, lambda: self.run(name))


def call(name: str) -> Callable[[], Mapping[str, Any] | None]:
    """Return what posts to a scheduled function and returns what it answers, None where it failed."""
    [function] = [function for function in TOPOLOGY.functions if function.name == name]

    def run() -> Mapping[str, Any] | None:
        response = _app(function.entry_point, function.source).test_client().post("/")
        answer = response.get_json()
        # The nightly run names the months that failed in an error, so that the scheduler tries again.
        return answer if response.status_code == 200 or "failures" in answer else None

    return run


@cache
def _app(entry_point: str, source: str) -> Flask:
    path = str(ROOT / source / "main.py")
    app: Flask = functions_framework.create_app(entry_point, path)  # type: ignore[no-untyped-call]
    return app
