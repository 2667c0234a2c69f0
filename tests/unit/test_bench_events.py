"""What the benchmark's contenders are given."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.options import StackOptions
from emulator.topology import read_topology
from shared.domain.changes import OrderChange
from shared.domain.order import Status
from tests.performance import handled
from tests.performance.events import Sale, creations, in_lists, whole_order
from tests.performance.handled import HandledEvents
from tests.performance.place import EMPTY_EVENT, EMPTY_HTTP, with_empty_functions

LINE = {"message": "event handled", "outcome": "applied", "messageAgeMs": 12}


def test_a_sale_is_a_creation_and_then_a_completion_of_the_same_order() -> None:
    [sale] = creations("s", "x", 1)
    created, completed = sale.change(), sale.completed().change()
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


def test_lists_hold_every_sale_once() -> None:
    sales = creations("s", "x", 25)
    lists = [*in_lists(sales, 10)]
    assert [len(one) for one in lists] == [10, 10, 5]
    assert [sale for one in lists for sale in one] == sales


def test_an_empty_function_has_every_setting_of_the_one_it_stands_beside(tmp_path: Path) -> None:
    known = StackOptions().topology
    (tmp_path / "t.json").write_text(json.dumps(with_empty_functions(json.loads(known.read_text("utf-8")))))
    functions = {function.name: function for function in read_topology(tmp_path / "t.json").functions}
    for empty, ours in ((EMPTY_EVENT, "order-created"), (EMPTY_HTTP, "dashboard")):
        assert functions[empty].concurrency == functions[ours].concurrency
        assert functions[empty].timeout_s == functions[ours].timeout_s
        assert (functions[empty].topic is None) == (functions[ours].topic is None)
    assert "expire-unpaid" not in functions


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
    monkeypatch.setattr(handled, "_PATIENCE_S", 0.0)
    log = tmp_path / "function.log"
    log.touch()
    with pytest.raises(TimeoutError, match=r"function\.log: expected 2 events, 0 were handled"):
        HandledEvents(log).wait_for(2)


def test_two_sales_of_one_store_differ_in_nothing_but_their_number() -> None:
    assert Sale(store_id="s", prefix="x", number=3).data() == creations("s", "x", 4)[3].data()
