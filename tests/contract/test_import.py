"""A shop's history on Firestore: exact, whatever happens on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event as Signal
from typing import Any

import pytest

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.deltas import FirestoreDeltas
from shared.importing.count import BatchCounter, Counted
from shared.importing.journal import Journal
from shared.importing.run import import_lines
from tests.builders import an_order_item
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import amended, apply, confirmed, created, reached, registered
from tests.counted import counted, recount
from tests.deferring import counted_with_deltas, new_deferring_ledger, new_folder
from tests.patience import wait_for
from tests.virtual_time import VirtualTime

STORE = "s-1"
LATER = [f"2020-01-0{n}T12:00:00Z" for n in range(1, 4)]
ROOT = Path(__file__).parents[2]


def history(orders: int, seed: int = 1) -> list[Event]:
    """Return events of orders over years, of customers who return, in no order and some of them twice."""
    rng, events = Random(seed), []  # noqa: S311
    for n in range(orders):
        at = f"{rng.randint(1990, 2019)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T01:30:00Z"
        fields: dict[str, Any] = {
            "customerId": rng.choice(["c-1", "c-2", "c-3", None]),
            "couponCode": rng.choice(["X", None, None]),
            "price": f"{rng.randint(1, 99)}.90",
            "items": [an_order_item(f"p-{rng.randint(1, 5)}", f"{rng.randint(1, 99)}.90") for _ in range(2)],
        }
        events.append(created(f"o-{n}", at, **fields))
        for status in rng.sample([8, 9], rng.randint(0, 2)):
            events.append(reached(status, f"o-{n}", LATER[0]))
        if rng.random() < 0.2:
            fields["items"] = fields["items"][:1]
            events.append(amended(f"o-{n}", at, at=LATER[1], **fields))
        if rng.random() < 0.2:
            events.append(reached("REFOUNDED", f"o-{n}", LATER[1]))
    events += [registered(f"c-{n}", f"20{n:02}-01-01T00:00:00Z") for n in range(1, 10)]
    events += [confirmed(f"c-{n}", f"20{n:02}-01-01T00:00:00Z") for n in range(1, 10, 2)]
    events += rng.sample(events, len(events) // 10)
    rng.shuffle(events)
    return events


def line_of(event: Event) -> dict[str, Any]:
    """Return the event as a shop may write it, without what can be left out."""
    topic, body = event
    line = {name: value for name, value in body.items() if name != "storeId"}
    if not topic.startswith("order"):
        del line["occurredAt"], line["eventId"]
    return line | ({"emailConfirmed": True} if topic == "email-confirmed" else {})


def whole_orders(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return a line for each order with all of its statuses; amendments and customers as they are."""
    wholes: dict[str, dict[str, Any]] = {}
    others = []
    for topic, body in events:
        if topic == "order-created":
            order = body["order"]
            wholes.setdefault(order["orderId"], {"statuses": []})["order"] = order
        elif topic == "order-status-changed" and "order" not in body:
            step = {"status": body["status"], "occurredAt": body["occurredAt"]}
            wholes.setdefault(body["orderId"], {"statuses": []})["statuses"].append(step)
        else:
            others.append(line_of((topic, body)))
    return [*wholes.values(), *others]


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def run(backend: FirestoreBackend, path: Path, stop_after: int | None = None) -> Journal:
    """Import the file with a fresh instance; perhaps stop after so many lists."""
    stopped, told, begun = Signal(), list[Counted](), list[Collection[str]]()

    def tell(counted: Counted) -> None:
        told.append(counted)
        if stop_after is not None and len(told) >= stop_after:
            stopped.set()

    with Journal(path, "test") as journal:
        counter = BatchCounter(new_ledger(backend), list, None, stopped)
        import_lines(journal, counter, store_id=STORE, stopped=stopped, tell=tell, begin=begun.append)
        if journal.is_done:
            journal.finish()
    return journal


@pytest.fixture
def firestore(client: Client) -> FirestoreBackend:
    return FirestoreBackend(client)


@pytest.mark.parametrize("form", [lambda events: map(line_of, events), whole_orders])
def test_an_import_equals_a_recount_and_so_does_a_second_one(
    firestore: FirestoreBackend, tmp_path: Path, form: Callable[[list[Event]], Iterable[Mapping[str, Any]]]
) -> None:
    events = history(300)
    path = write(tmp_path / "history.jsonl", form(events))
    for outcomes in ({"applied", "duplicate"}, {"duplicate"}):
        journal = run(firestore, path)
        assert journal.is_done
        assert journal.position.outcomes.keys() <= outcomes
        assert counted(firestore, STORE) == recount(events, ZONE, STORE)
    assert not journal.progress_path.exists()
    assert not journal.refused_path.exists()


def test_an_import_that_was_stopped_goes_on_where_it_ended(
    firestore: FirestoreBackend, tmp_path: Path
) -> None:
    events = history(1500)
    path = write(tmp_path / "history.jsonl", map(line_of, events))
    ends = [0]
    while not (journal := run(firestore, path, stop_after=1)).is_done:
        assert journal.position.lines > ends[-1]
        ends.append(journal.position.lines)
    assert len(ends) > 2
    assert sum(journal.position.outcomes.values()) == len(events)
    assert counted(firestore, STORE) == recount(events, ZONE, STORE)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_killed_is_exact_once_it_is_gone_on_with(
    firestore: FirestoreBackend, firestore_host: str, project: str, tmp_path: Path, number: signal.Signals
) -> None:
    events = history(1500)
    bad = {"order": {"orderId": "bad"}}
    path = write(tmp_path / "history.jsonl", [bad, *map(line_of, events), bad])
    command = [sys.executable, "-m", "infra.import_orders", str(path), "--store", STORE]
    environment = {
        **os.environ,
        "FIRESTORE_EMULATOR_HOST": firestore_host,
        "GOOGLE_CLOUD_PROJECT": project,
        "DEFAULT_TIMEZONE": ZONE,
        "PSEUDONYM_SALT": "salt",
    }
    progress = path.with_name("history.jsonl.progress")
    for _ in range(2):
        before = progress.read_text() if progress.exists() else ""
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as killed:
            wait_for(lambda: progress.exists() and progress.read_text() != before)  # noqa: B023 - now
            killed.send_signal(number)
            said = killed.communicate()[0]
        assert 0 < json.loads(progress.read_text())["offset"] < path.stat().st_size
        if number == signal.SIGINT:
            assert killed.returncode == 3
            assert "The same command goes on from there." in said
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Going on after line" in ended.stdout
    assert not progress.exists()
    assert counted(firestore, STORE) == recount(events, ZONE, STORE)
    refused = path.with_name("history.jsonl.refused.jsonl").read_text().splitlines()
    assert [json.loads(line)["line"] for line in refused] == [1, len(events) + 2]


def test_an_import_is_exact_while_the_same_orders_live(firestore: FirestoreBackend, tmp_path: Path) -> None:
    events = history(150)
    live = [event for event in events if event[0].startswith("order")][::2]
    live += [reached("REFOUNDED", f"o-{n}", LATER[2]) for n in range(0, 150, 3)]
    path = write(tmp_path / "history.jsonl", [*whole_orders(events), *map(line_of, events)])
    ledger = new_ledger(firestore)

    def live_through(part: list[Event]) -> None:
        for event in part:
            apply(ledger, event)

    with ThreadPoolExecutor(3) as pool:
        importing = pool.submit(run, firestore, path)
        list(pool.map(live_through, (live[::2], live[1::2])))
        assert importing.result().is_done
    assert counted(firestore, STORE) == recount([*events, *live], ZONE, STORE)


def test_an_import_is_exact_while_the_store_is_hot(
    firestore: FirestoreBackend,
    tmp_path: Path,
    virtual_time: VirtualTime,  # noqa: ARG001 - folders wait in it
) -> None:
    """Some of its orders wait in deltas already, and more of them are counted and folded meanwhile."""
    events = history(120)
    path = write(tmp_path / "history.jsonl", map(line_of, events))
    hot, deltas, over = new_deferring_ledger(firestore), FirestoreDeltas(firestore.client), Signal()
    live = [*events[: len(events) // 2], *(created(f"o-live-{n}", LATER[2]) for n in range(20))]
    apply(hot, *live[:40])

    def fold() -> None:
        while not over.is_set():
            new_folder(firestore, deltas).sweep(STORE)

    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(apply, hot, *live[40:]), pool.submit(fold)
        journal = run(firestore, path)
        others[0].result()
        over.set()
        others[1].result()
    assert journal.is_done
    assert counted_with_deltas(firestore, STORE) == recount([*events, *live], ZONE)
    new_folder(firestore, deltas).sweep(STORE)
    assert counted(firestore, STORE) == recount([*events, *live], ZONE)


def test_what_was_refused_completes_the_numbers_once_it_is_mended(
    firestore: FirestoreBackend, tmp_path: Path
) -> None:
    events = history(120)
    good = [line_of(event) for event in events]
    first, second = [n for n, (topic, _) in enumerate(events) if topic == "order-created"][5:25:10]
    bad: list[Any] = [*good, "no JSON"]
    bad[first] = {"order": {"orderId": "o-1"}}
    bad[second] = {**good[second], "order": {**good[second]["order"], "currency": "EUR"}}
    path = write(tmp_path / "history.jsonl", bad)
    run(firestore, path)
    refused = path.with_name("history.jsonl.refused.jsonl")
    kept = [json.loads(line) for line in refused.read_text().splitlines()]
    assert [line["line"] for line in kept] == [first + 1, second + 1, len(bad)]
    kept[0]["content"] = good[first]
    kept[1]["content"]["order"]["currency"] = "BRL"
    kept[2]["content"] = line_of(created("o-new", LATER[0]))
    assert run(firestore, write(refused, kept)).position.outcomes["refused"] == 0
    assert counted(firestore, STORE) == recount([*events, created("o-new", LATER[0])], ZONE, STORE)


def test_orders_of_every_month_since_1970_are_counted(firestore: FirestoreBackend, tmp_path: Path) -> None:
    events: list[Event] = []
    for month in range(56 * 12):
        at = f"{1970 + month // 12}-{month % 12 + 1:02}-15T12:00:00Z"
        events += [created(f"o-{month}", at, customerId=f"c-{month}"), registered(f"c-{month}", at)]
        events.append(reached("COMPLETED", f"o-{month}", at))
    run(firestore, write(tmp_path / "history.jsonl", map(line_of, events)))
    months = counted(firestore, STORE)
    assert months == recount(events, ZONE, STORE)
    assert len([key for key in months if key[0] == "months"]) == 56 * 12
