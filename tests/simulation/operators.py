"""What a store's people and its operators do, each again and again until it is done."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

from emulator.customer_api.customers import identifiers
from shared import runtime
from shared.baskets.lookup_config import LookupConfig
from shared.baskets.start_basket import StartRequest
from shared.customers.imported import ImportedStores
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Month
from shared.domain.store import Completion, Store
from shared.errors import Reconciling, StoreSettled, TillpulseError
from shared.importing import batches
from shared.importing.count import BatchCounter
from shared.importing.journal import Journal
from shared.importing.run import import_lines
from shared.reconcile.logged_run import run_and_log
from shared.reconcile.run import Report, Task
from tests.simulation.letters import Letters
from tests.simulation.moving import move
from tests.simulation.services.customer_api import ENDPOINT
from tests.simulation.world import World

_IDENTIFIERS = (*(identifier for identifier, _ in identifiers()), "nobody@example.com", "?", None)


@dataclass(slots=True, kw_only=True)
class Done:
    """What people did, for the checks. `broken` is the id of each store with an unreadable record, and the
    order; `nonsense` are the messages that must be refused; `erased` holds a customer's pseudonym;
    `refused_lines` are how many lines of each imported file must be refused, `refusals` those that were.
    """

    baskets: list[StartRequest] = field(default_factory=list)
    refused_lines: dict[Path, int] = field(default_factory=dict)
    refusals: dict[Path, list[str]] = field(default_factory=dict)
    spoiled: dict[str, None] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    nonsense: list[bytes] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    erased: dict[tuple[str, str], str] = field(default_factory=dict)


batches.MOST_LINES = 1
"""Commits of one line, so that a small file is imported in several parts."""


class Operators:
    """Ask for things. `busy` names those that are not done yet.

    Args:
        seed: decides what they ask for.
        world: what they ask.
    """

    def __init__(self, seed: int, world: World) -> None:
        self.done = Done()
        self.busy: dict[str, None] = {}
        self.letters = Letters(seed, self.ask, self.done)
        self._world = world
        self._random = Random(f"{seed} operators")
        self._moving: set[str] = set()
        self._folder = Path(tempfile.mkdtemp(prefix="simulation-"))
        self._numbers = 0

    def close(self) -> None:
        """Delete the imported files."""
        shutil.rmtree(self._folder)

    def start(self, name: str, action: Callable[[], object], delay_s: float = 0.0) -> None:
        """Start to do something, after a delay."""
        self._numbers += 1
        name = f"{name} ({self._numbers})"
        self.busy[name] = None

        def run() -> None:
            action()
            del self.busy[name]

        self._world.scheduler.spawn(name, run, None, delay_s)

    def ask(self, service: str, run: Callable[[], Any], what: str) -> Any:
        """Have an instance run something, again and again until it ends well; return the answer.

        Raises:
            Exception: what the code under test never raises on purpose.
        """
        while True:
            done, answer = self._world.request(service, run, what)
            if done:
                return answer
            if answer is not None and not isinstance(answer, TillpulseError):
                raise answer
            # A run that was killed keeps its month for up to an hour.
            self._world.scheduler.sleep(120 if isinstance(answer, Reconciling) else 5)

    def provision(self, store_id: str, zone: str, currency: str) -> None:
        """Give a store its zone and its currency; one that has sold already moves to the zone."""

        def change(known: Store | None) -> Store:
            new = Store(store_id=store_id, name=store_id, timezone=zone, currency=currency)
            return replace(known or new, timezone=zone, currency=currency)

        def put() -> bool:
            try:
                runtime.stores().put(store_id, change)
            except StoreSettled:
                return False
            return True

        if not self.ask("dashboard", put, f"put {store_id!r}"):
            self.move(store_id, zone)
        self.done.zones[store_id] = zone

    def rename(self, store_id: str) -> None:
        """Change a setting that instances remember."""
        name = f"{store_id} {self._random.randrange(100)}"

        def change(known: Store | None) -> Store:
            assert known is not None, f"store {store_id!r} is gone"
            return replace(
                known,
                name=name,
                phone_region=self._random.choice((None, "BR", "JP")),
                completes_on=self._random.choice(list(Completion)),
            )

        self.ask("dashboard", lambda: runtime.stores().put(store_id, change), f"rename {store_id!r}")

    def move(self, store_id: str, zone: str) -> None:
        """Move a store to another zone; one move of a store at a time."""
        if store_id in self._moving:
            return
        self._moving.add(store_id)
        self._finish_move(store_id, zone)
        self.done.zones[store_id] = zone
        self._moving.remove(store_id)

    def _finish_move(self, store_id: str, zone: str) -> None:
        what = f"move {store_id!r} to {zone}"
        while not (progress := self.ask("reconcile", partial(move, store_id, zone), what)).finished:
            # Some are impatient, and see what instances that remember the former zone moved back.
            self._world.scheduler.sleep(self._random.choice((progress.ask_again_after_s + 1, 20)))

    def reconcile(self, store_id: str, month: Month, *, repair: bool) -> Report:
        """Return the report of a run by hand."""
        task = Task(store_id=store_id, month=month, repair=repair)

        def run() -> Report:
            return run_and_log(task, runtime.repair_dependencies(), runtime.log())

        while True:
            try:
                what = f"reconcile {store_id!r} {month}, repair={repair}"
                report: Report = self.ask("reconcile", run, what)
            except ValueError:
                if store_id not in self.done.broken:
                    raise
                self._world.scheduler.sleep(60)  # somebody corrects the record
            else:
                return report

    def start_basket(self, store_id: str) -> None:
        """Start a basket at a till, which repeats its request with the same key."""
        self._numbers += 1
        request = StartRequest(
            store_id=store_id,
            employee_id=1,
            terminal_id="t-1",
            customer_identifier=self._random.choice(_IDENTIFIERS),
            key=("till", f"key-{self._numbers}"),
        )
        self.ask("graphql", lambda: runtime.basket_starter().start(request), f"basket in {store_id!r}")
        self.done.baskets.append(request)

    def show(self, store_id: str, customer_ids: list[str]) -> None:
        """Look at a store's dashboard and at some cards."""

        def read() -> None:
            now = datetime.now(UTC)
            if (store := runtime.stores().find(store_id)) is not None and store.currency is not None:
                DashboardReading(runtime.tallies(), store, Question(compare="previous"), now).view()
            for customer_id in customer_ids:
                runtime.cards().show(store_id, customer_id, now)

        self.ask("dashboard", read, f"look at {store_id!r}")

    def import_file(self, store_id: str, lines: list[bytes], refused: int) -> None:
        """Import lines from a laptop, of which so many must be refused."""
        self._numbers += 1
        path = self._folder / f"{self._numbers}.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        self.done.refused_lines[path] = refused
        self._import(store_id, path)

    def import_again(self, store_id: str) -> None:
        """Import the files again of which lines were refused that met the store's broken record."""
        for path, refused in self.done.refused_lines.items():
            if len(self.done.refusals[path]) > refused:
                self._import(store_id, path)

    def _import(self, store_id: str, path: Path) -> None:
        """Import the file; whoever is interrupted runs the same command again."""

        def run() -> Path:
            counter = BatchCounter(
                runtime.ledger(), runtime.erasures().redirected, runtime.cards().replace_outdated
            )
            with Journal(path, "simulated") as journal:
                imported = ImportedStores(runtime.documents(), partial(datetime.now, UTC))
                import_lines(
                    journal,
                    counter,
                    store_id=store_id,
                    stopped=Event(),
                    tell=lambda _: None,
                    begin=imported.begin,
                )
                imported.end()
                journal.finish()
                return journal.refused_path

        refusals = self.ask("laptop", run, f"import {path.name} of {store_id!r}")
        self.done.refusals[path] = refusals.read_text("utf-8").splitlines() if refusals.exists() else []

    def configure(self) -> None:
        """Change how long answers of the customer API are good for."""
        ttl_s = self._random.choice((0, 60, 3600))

        def put() -> None:
            configuration = runtime.lookup_configuration()
            fields = {"api_endpoint": ENDPOINT, "cache_ttl_seconds": ttl_s}
            configuration.put(LookupConfig.model_validate(fields, context=configuration.context()))

        self.ask("dashboard", put, f"lookups: {ttl_s} s")


def lines_of(bodies: list[dict[str, Any]]) -> list[bytes]:
    """Return events as lines of a file."""
    return [json.dumps(body, ensure_ascii=False).encode() for body in bodies]
