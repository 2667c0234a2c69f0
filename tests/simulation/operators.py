"""What a store's people and its operators do, each again and again until it is done."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

from emulator.customer_api.customers import identifiers
from shared import runtime
from shared.baskets.lookup_config import LookupConfig
from shared.baskets.start_basket import StartRequest
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Month
from shared.domain.store import Store
from shared.domain.tallies import CUSTOMERS, TALLIES, Tally
from shared.errors import LetterUnknown, Reconciling, TillpulseError, ZoneMoved
from shared.importing.count import BatchCounter
from shared.importing.journal import Journal
from shared.importing.run import import_lines
from shared.ledger.change_zone import Progress, change_zone
from shared.reconcile.logged_run import run_and_log
from shared.reconcile.run import Report, Task
from tests.simulation.services.customer_api import ENDPOINT
from tests.simulation.world import DATABASE, World

_IDENTIFIERS = (*(identifier for identifier, _ in identifiers()), "nobody@example.com", "?", None)


@dataclass(slots=True, kw_only=True)
class Done:
    """What the operators did, for the checks."""

    baskets: list[StartRequest] = field(default_factory=list)
    imported: set[tuple[str, str]] = field(default_factory=set)
    refused_lines: int = 0
    refusals: list[str] = field(default_factory=list)
    spoiled: dict[str, None] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)


class Operators:
    """Ask for things. `busy` names those that are not done yet.

    Args:
        seed: decides what they ask for.
        world: what they ask.
    """

    def __init__(self, seed: int, world: World) -> None:
        self.done = Done()
        self.busy: dict[str, None] = {}
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
        """Create a store, or give it back its currency."""

        def change(known: Store | None) -> Store:
            return known or Store(store_id=store_id, name=store_id, timezone=zone, currency=currency)

        self.done.zones[store_id] = zone
        self.ask("dashboard", lambda: runtime.stores().put(store_id, change), f"put {store_id!r}")

    def rename(self, store_id: str) -> None:
        """Change a setting that instances remember."""
        name = f"{store_id} {self._random.randrange(100)}"

        def change(known: Store | None) -> Store:
            assert known is not None, f"store {store_id!r} is gone"
            return Store(
                **{
                    **{each: getattr(known, each) for each in Store.__dataclass_fields__},
                    "name": name,
                    "phone_region": self._random.choice((None, "BR", "JP")),
                }
            )

        self.ask("dashboard", lambda: runtime.stores().put(store_id, change), f"rename {store_id!r}")

    def move(self, store_id: str, zone: str) -> None:
        """Move a store to another zone; one move of a store at a time."""
        if store_id in self._moving:
            return
        self._moving.add(store_id)
        self.done.zones[store_id] = zone
        self.finish_move(store_id)
        self._moving.remove(store_id)

    def finish_move(self, store_id: str) -> None:
        """Ask for the store's last zone until the move is finished."""
        zone = self.done.zones[store_id]

        def once() -> Progress | None:
            return change_zone(
                store_id,
                zone,
                stores=runtime.stores(),
                left_behind=runtime.left_behind(),
                ledger=runtime.ledger(),
                clock=partial(datetime.now, UTC),
                budget=timedelta(minutes=5),
            )

        while True:
            with suppress(ZoneMoved):
                progress = self.ask("reconcile", once, f"move {store_id!r} to {zone}")
                if progress.finished:
                    return
                self._world.scheduler.sleep(progress.ask_again_after_s + 1)

    def reconcile(self, store_id: str, month: Month, *, repair: bool) -> Report:
        """Return the report of a run by hand."""
        task = Task(store_id=store_id, month=month, repair=repair)

        def run() -> Report:
            return run_and_log(task, runtime.repair_dependencies(), runtime.log())

        report: Report = self.ask("reconcile", run, f"reconcile {store_id!r} {month}, repair={repair}")
        return report

    def spoil(self, store_id: str, folder: str) -> None:
        """Edit a tally by hand; `folder` is the store's place in the database."""
        found = [
            (name, tally.counters[0])
            for tally in TALLIES
            for name in self._world.database.names(tally.collection)
            if name.startswith(f"{DATABASE}/documents/{folder}/") and self._has_orders(tally, name)
        ]
        if found:
            name, counter = self._random.choice(found)
            self.done.spoiled[store_id] = None
            self._world.trace.note("operators", f"spoil {name} of {store_id!r}")
            self._world.database.spoil(name, partial(_add_seven, counter))

    def _has_orders(self, tally: Tally, name: str) -> bool:
        """Tell whether a recount looks at the document: not at that of a customer without any order."""
        fields = self._world.database.fields(name) or {}
        return tally is not CUSTOMERS or bool(fields.get("lastOrderAt"))

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
        """Import lines from a laptop; whoever is interrupted runs the same command again."""
        self._numbers += 1
        path = self._folder / f"{self._numbers}.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        self.done.refused_lines += refused

        def run() -> Path:
            counter = BatchCounter(runtime.ledger(), runtime.cards().replace_outdated)
            with Journal(path, "simulated") as journal:
                import_lines(journal, counter, store_id=store_id, stopped=Event(), tell=lambda _: None)
                journal.finish()
                return journal.refused_path

        refusals = self.ask("laptop", run, f"import {path.name} of {store_id!r}")
        if refusals.exists():
            self.done.refusals += refusals.read_text(encoding="utf-8").splitlines()

    def configure(self) -> None:
        """Change how long answers of the customer API are good for."""
        ttl_s = self._random.choice((0, 60, 3600))
        config = LookupConfig(api_endpoint=ENDPOINT, cache_ttl_seconds=ttl_s)
        self.ask("dashboard", lambda: runtime.lookup_configuration().put(config), f"lookups: {ttl_s} s")

    def letters(self) -> list[Any]:
        """Return every dead letter that is kept."""
        found: list[Any] = []
        after: Any = None
        while True:

            def page(after: Any = after) -> Any:
                return runtime.kept_letters().page(None, 100, after and tuple(after))

            letters, after = self.ask("dashboard", page, "list dead letters")
            found += letters
            if after is None:
                return found

    def decide(self, *, all_given_up: bool = False) -> None:
        """Replay or discard a dead letter; or replay all that Pub/Sub gave up on."""
        letters = self.letters()
        given_up = [one for one in letters if one.reason.startswith("Pub/Sub gave up")]
        if all_given_up:
            chosen = [(one, "replay") for one in given_up if one.state == "open"]
        elif letters:
            letter = self._random.choice(letters)
            # Pub/Sub's own letters hold good events: nobody discards them.
            decisions = ("replay",) if letter in given_up else ("replay", "discard")
            chosen = [(letter, self._random.choice(decisions))]
        else:
            chosen = []
        for letter, decision in chosen:

            def run(letter: Any = letter, decision: str = decision) -> None:
                with suppress(LetterUnknown):
                    getattr(runtime.dead_letter_box(), decision)(letter.letter_id)

            self.ask("dashboard", run, f"{decision} letter {letter.letter_id[:8]}")


def _add_seven(counter: str, document: Any) -> None:
    document.fields[counter].integer_value += 7


def lines_of(bodies: list[dict[str, Any]]) -> list[bytes]:
    """Return events as lines of a file."""
    return [json.dumps(body, ensure_ascii=False).encode() for body in bodies]
