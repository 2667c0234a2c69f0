"""Instances of every function, built by the real `shared.runtime`, over simulated services."""

from __future__ import annotations

import base64
import importlib.util
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from cloudevents.http import CloudEvent
from flask import Flask

from emulator.topology import read_topology
from shared import runtime
from shared.adapters.pubsub import Publisher
from shared.adapters.valkey import ValkeyCache
from shared.errors import TransientError
from shared.ledger.deferral import Mode
from shared.settings import read_settings
from tests.simulation import virtual
from tests.simulation.firestore import transport as firestore
from tests.simulation.firestore.database import Database
from tests.simulation.network import Network
from tests.simulation.scheduler import Scheduler
from tests.simulation.services import customer_api, pubsub
from tests.simulation.services import valkey as valkey_server
from tests.simulation.trace import Trace

PROJECT = "simulated"
DATABASE = f"projects/{PROJECT}/databases/(default)"
MOST_INSTANCES = 3
ROOT = Path(__file__).resolve().parents[2]

TOPOLOGY = read_topology(ROOT / "infra" / "topology.json")
_FUNCTIONS = {function.name: function for function in TOPOLOGY.functions}
_SUBSCRIBERS = {function.topic: function for function in TOPOLOGY.functions if function.topic}
_LAPTOP_PLACES = 4


_MODES: tuple[tuple[Mode, ...], ...] = (("auto",), ("always",), ("never",), ("auto", "always", "never"))
"""How the instances of a history may defer; one that they may choose from, all alike."""


@dataclass(eq=False, slots=True)
class Instance:
    """One running copy of a function: what it built, and how far its clock is off."""

    name: str
    skew_s: float
    built: dict[str, Any] = field(default_factory=dict)
    busy: int = 0
    alive: bool = True


class World:
    """Everything that runs, from one seed.

    Args:
        seed: decides everything that is left to chance.
        start: the virtual time at the beginning.
        without: faults that never happen.
    """

    def __init__(self, seed: int, start: datetime, without: frozenset[str] = frozenset()) -> None:
        self.scheduler: Scheduler = virtual.install(seed, start)
        self.random = Random(f"{seed} world")
        self.trace = Trace(lambda: self.scheduler.now)
        self.happened: Counter[str] = Counter()
        self.bugs: list[BaseException] = []
        self.network = Network(seed, self.scheduler, self.trace, self.kill, without)
        self.writes_a_second = self.random.choice((2.0, 5.0, 20.0, 1000.0))
        most_bytes = self.random.choice((80_000, 10 * 2**20))
        self.database = Database(virtual.now, lambda: self.scheduler.now, self.writes_a_second, most_bytes)
        self.valkey = valkey_server.Valkey(virtual.now)
        self.customers = customer_api.Customers(seed)
        self.pubsub = pubsub.PubSub(seed, self.scheduler, self.trace, TOPOLOGY, self.deliver)
        self.acknowledged: Callable[[pubsub.Published], None] = lambda _: None
        self._instances: dict[str, list[Instance]] = {}
        self._started = 0
        client = firestore.connect(PROJECT, self.database, self.network)
        publisher = Publisher.__new__(Publisher)
        publisher._project, publisher._client = PROJECT, pubsub.connect(self.pubsub, self.network)
        chance = Random(f"{seed} deferral")
        modes = chance.choice(_MODES)
        self._overrides: dict[str, Callable[[], Any]] = {
            "settings": lambda: replace(_settings(), defer=chance.choice(modes)),
            "firestore": lambda: client,
            "publisher": lambda: publisher,
            "valkey": lambda: ValkeyCache(
                lambda: partial(valkey_server.Connection, self.valkey, self.network)  # type: ignore[arg-type,return-value]
            ),
            "customer_api": lambda: customer_api.connect(self.customers, self.network),
            "log": lambda: _SILENT,
        }
        _take_over_runtime(self)

    def kill(self, instance: Instance) -> None:
        """Kill the instance and every request in it."""
        if instance.alive:
            self.happened["killed instances"] += 1
            self.trace.note(instance.name, "! killed")
            instance.alive = False
            self.scheduler.kill(instance)

    def kill_any(self) -> None:
        """Kill some instance, if there is one."""
        if living := [one for known in self._instances.values() for one in known if one.alive]:
            self.kill(self.random.choice(living))

    def request(
        self, service: str, run: Callable[[], Any], what: str, *, most_s: float | None = None
    ) -> tuple[bool, Any]:
        """Run something in an instance of the service; return whether it ended well, and its answer.

        Args:
            service: a function's name, or that of a program on somebody's laptop.
            run: what the instance does.
            what: the same for people.
            most_s: how long the caller waits; None for as long as the function may run.

        Returns:
            Errors that the code raises are its answers. A killed instance answers None.
        """
        function = _FUNCTIONS.get(service)
        instance = self._instance(service, function.concurrency if function else _LAPTOP_PLACES)
        outcome: list[tuple[bool, Any]] = []

        def work() -> None:
            try:
                outcome.append((True, run()))
            except Exception as error:  # noqa: BLE001 - looked at by the caller
                outcome.append((False, error))

        instance.busy += 1
        task = self.scheduler.spawn(f"{instance.name} {what}", work, instance)
        self.scheduler.join(task, most_s or (function.timeout_s if function else 3600))
        instance.busy -= 1
        done, answer = outcome[0] if outcome and not task.killed else (False, None)
        self.trace.note(instance.name, f"{what}: {'done' if done else _reason(task.killed, answer)}")
        return done, answer

    def deliver(self, message: pubsub.Published) -> bool:
        """Hand the message to its function; return whether it was acknowledged in time."""
        function = _SUBSCRIBERS[message.topic]
        self.happened["deliveries"] += 1
        handle = getattr(_module(function.source), function.entry_point)

        def run() -> None:
            runtime.arrivals().come()
            try:
                # A function asks its request for which store a publisher may speak.
                with _PUSHED_TO.test_request_context("/"):
                    handle(_cloud_event(message))
            finally:
                runtime.arrivals().join()

        what = f"{message.message_id} attempt {message.attempts}"
        patience_s = float(TOPOLOGY.delivery.ack_deadline_s)
        done, answer = self.request(function.name, run, what, most_s=patience_s)
        if done:
            self.acknowledged(message)
        elif answer is not None and not isinstance(answer, TransientError):
            self.bugs.append(answer)
        return done

    def build(self, name: str, build: Callable[[], Any]) -> Any:
        """Return an instance's object of that name, built on first use as in production."""
        task = self.scheduler.current
        if task is None or task.owner is None:
            raise RuntimeError("only code in an instance uses the runtime")
        built = task.owner.built
        if name not in built:
            built[name] = self._overrides.get(name, build)()
        return built[name]

    def _instance(self, service: str, places: int) -> Instance:
        """Return an instance with room for one more request; a new one where there is none."""
        known = self._instances.setdefault(service, [])
        known[:] = [one for one in known if one.alive]
        free = [one for one in known if one.busy < places]
        if not free or (len(known) < MOST_INSTANCES and self.random.random() < 0.05):
            self._started += 1
            started = Instance(f"{service}#{self._started}", skew_s=self.random.uniform(-2, 2))
            known.append(started)
            return started
        return self.random.choice(free)


def _take_over_runtime(world: World) -> None:
    """Have each builder of the runtime build once for each instance instead of once for the process."""
    for name, build in list(vars(runtime).items()):
        original = getattr(build, "simulated", None) or getattr(build, "__wrapped__", None)
        if original is not None and callable(build):
            replacement = partial(world.build, name, original)
            replacement.simulated = original  # type: ignore[attr-defined]
            setattr(runtime, name, replacement)


@cache
def _module(source: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"simulated.{source}", ROOT / source / "main.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _settings() -> Any:
    return read_settings(
        {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "VALKEY_URL": "redis://simulated",
            **{name: "salt" for one in TOPOLOGY.functions for name in one.secrets if name.endswith("_SALT")},
            "CUSTOMER_API_ENDPOINT": customer_api.ENDPOINT,
            "CUSTOMER_API_ORIGINS": json.dumps([{"origin": customer_api.ORIGIN}]),
            "GROUP_WAIT_MS": "5",
        }
    )


def _reason(killed: bool, answer: object) -> str:
    if killed:
        return "killed"
    return "no answer in time" if answer is None else f"{type(answer).__name__}: {answer}"[:200]


def _cloud_event(message: pubsub.Published) -> CloudEvent:
    body = {
        "message": {
            "data": base64.b64encode(message.data).decode(),
            "messageId": message.message_id,
            "attributes": dict(message.attributes),
        }
    }
    attributes = {
        "id": message.message_id,
        "type": "google.cloud.pubsub.topic.v1.messagePublished",
        "source": "//pubsub.googleapis.com/",
        "time": message.published_at.isoformat(),
    }
    return CloudEvent(attributes, body)


_PUSHED_TO = Flask("push")
_SILENT = logging.Logger("simulation", level=logging.CRITICAL + 1)
