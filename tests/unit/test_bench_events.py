"""The orders and functions that the benchmark gives its contenders, and the log lines it counts."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.options import REPOSITORY, StackOptions
from emulator.state import StackState
from emulator.topology import read_topology
from shared.domain.changes import OrderChange
from shared.domain.order import Status
from tests.performance import messages
from tests.performance.first_requests import first_request
from tests.performance.load import creations, in_lists, whole_order
from tests.performance.messages import HandledEvents
from tests.performance.place import EMPTY_EVENT, EMPTY_HTTP, with_functions

LINE = {"message": "event handled", "outcome": "applied", "messageAgeMs": 12}


def test_an_event_and_its_completion_are_of_the_same_order() -> None:
    [event] = creations("s", "x", 1)
    created, completed = event.change(), event.completed().change()
    assert isinstance(created, OrderChange)
    assert isinstance(completed, OrderChange)
    assert (created.order_id, completed.order_id, created.creates) == ("x-0", "x-0", True)
    assert created.facts.snapshot is not None
    assert set(completed.facts.statuses) == {Status.COMPLETED}


def test_a_whole_order_is_on_its_day_and_its_sale_counts() -> None:
    change = whole_order(replace(creations("s", "x", 1)[0], day=3))
    assert change.facts.sale_counts
    assert change.facts.snapshot is not None
    assert change.facts.snapshot.created_at == datetime(2026, 11, 3, 12, tzinfo=UTC)


def test_every_function_has_a_first_request() -> None:
    state = StackState(
        project_id="demo-tillpulse", firestore_host="", pubsub_host="", valkey_url="", urls={}, token="t",
        webhook_secret="secret", issuer="", audience="", supervisor_pid=1, functions={},
    )  # fmt: skip
    for function in read_topology(REPOSITORY / "infra" / "topology.json").functions:
        request = first_request(function, state)
        assert request.path.startswith("/"), function.name
        assert request.body is None or isinstance(json.loads(request.body), dict)


def test_lists_hold_every_event_once() -> None:
    events = creations("s", "x", 25)
    lists = [*in_lists(events, 10)]
    assert [len(one) for one in lists] == [10, 10, 5]
    assert [event for one in lists for event in one] == events


def test_an_empty_function_has_every_setting_of_the_one_it_stands_beside(tmp_path: Path) -> None:
    chosen = with_functions(StackOptions(state_dir=tmp_path), ["order-created", "dashboard"], empty=True)
    functions = {function.name: function for function in read_topology(chosen.topology).functions}
    assert set(functions) == {"order-created", "dashboard", EMPTY_EVENT, EMPTY_HTTP}
    for empty, ours in ((EMPTY_EVENT, "order-created"), (EMPTY_HTTP, "dashboard")):
        assert functions[empty].concurrency == functions[ours].concurrency
        assert functions[empty].timeout_s == functions[ours].timeout_s
        assert (functions[empty].topic is None) == (functions[ours].topic is None)
        assert (REPOSITORY / functions[empty].source / "main.py").exists()


def test_no_names_are_all_functions(tmp_path: Path) -> None:
    everything = with_functions(StackOptions(state_dir=tmp_path), ())
    assert read_topology(everything.topology).functions == read_topology(StackOptions().topology).functions


def test_only_events_that_were_counted_from_now_on_are_handled(tmp_path: Path) -> None:
    log = tmp_path / "function.log"
    log.write_text(json.dumps(LINE) + "\n")
    follower = HandledEvents(log)
    with log.open("a") as file:
        file.write("Booting worker\n" + json.dumps(LINE | {"outcome": "retry"}) + "\n")
        file.write(json.dumps(LINE | {"messageAgeMs": 7}) + "\n" + json.dumps(LINE)[:20])
    assert follower.wait_for(1) == [7]
    with log.open("a") as file:
        file.write(json.dumps(LINE)[20:] + "\n")
    assert follower.wait_for(1) == [12]


def test_events_that_never_come_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_PATIENCE_S", 0.0)
    log = tmp_path / "function.log"
    log.touch()
    with pytest.raises(TimeoutError, match=r"function\.log: expected 2 events, 0 were handled"):
        HandledEvents(log).wait_for(2)
