"""The capacity page says what the model says, and the model is of what is deployed."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from infra import contention
from infra.capacity import (
    DEPLOYED,
    RATES,
    STORES,
    WANTED,
    beyond_limits,
    known_limits,
    raised,
    ramp_minutes,
    rewrite,
    tables,
)
from infra.contention import PATIENCE_S, SECONDS, Shape, simulate
from infra.cost import EVENT_S
from infra.limits import ADDRESSES, CONCURRENCY, INSTANCES
from shared.ledger.fold import PACE_S
from tests.infra.configuration import MODULE, ROOT, read

PAGE = (ROOT / "infra" / "CAPACITY.md").read_text(encoding="utf-8")
ROOMY = Shape(instances=4, document_writes=1_000_000.0)


def test_every_table_of_the_page_is_what_the_model_prints() -> None:
    assert re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL) == list(tables().values())


def test_what_the_page_says_in_short_is_what_the_tables_say() -> None:
    found = {limit.what: limit.orders for limit in known_limits()}
    together = simulate(DEPLOYED)
    alone = simulate(replace(DEPLOYED, grouped=False))
    in_short = f"about {found['deltas of a hot store']:.0f} orders a second in one store (1,000 events), and "
    assert f"{in_short}{found['instances of a function']:.0f} in all stores together" in PAGE
    assert f"month's document, at about {together.events / 2.2:.0f} orders a second" in PAGE
    assert f"{together.events / alone.events:.0f} times as many" in PAGE


def test_the_walls_in_words_are_those_of_the_model() -> None:
    rows = re.findall(r"^\| ([\d,]+)/s in (one store|1,000 stores) \| (.*?) \|", PAGE, re.MULTILINE)
    words = {"deltas of a hot store": "its deltas", "instances of a function": "the instances"}
    for (load, where, wall), (rate, count) in zip(
        rows, [(rate, count) for rate in RATES for count in STORES], strict=True
    ):
        assert (int(load.replace(",", "")), where == "one store") == (rate, count == 1)
        beyond = beyond_limits(rate, count)
        if wall != "everything":
            assert wall.startswith(words[beyond[0][1].what] if beyond else "none")
        else:
            assert len(beyond) >= sum(not limit.of_store for limit in known_limits())


def test_the_model_is_of_what_is_deployed() -> None:
    inputs: dict[str, Any] = {
        name: body for entry in read(MODULE)["variable"] for name, body in entry.items()
    }
    assert inputs["default_max_instances"]["default"] == INSTANCES
    network = ipaddress.ip_network(inputs["functions_cidr"]["default"])
    assert network.num_addresses - 2 == ADDRESSES
    topology = json.loads((ROOT / "infra" / "topology.json").read_text())
    writers = [function for function in topology["functions"] if function["source"] == "functions/orders"]
    assert {function["concurrency"] for function in writers} == {CONCURRENCY}
    assert len(writers) * INSTANCES == DEPLOYED.instances


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("writes", [1.0, 5.0])
def test_one_document_takes_no_more_commits_than_it_can(grouped: bool, writes: float) -> None:
    result = simulate(replace(DEPLOYED, grouped=grouped, document_writes=writes))
    assert result.commits + result.raced == pytest.approx(writes, rel=0.05)
    assert result.events <= result.commits * (CONCURRENCY if grouped else 1) + 1
    assert result.hottest == "month"


def test_without_a_wait_the_processor_is_the_limit() -> None:
    result = simulate(ROOMY)
    assert result.events == pytest.approx(ROOMY.instances / EVENT_S, rel=0.05)
    assert result.contended == 0


def test_a_load_below_the_wall_is_done_and_one_above_waits() -> None:
    few = simulate(replace(ROOMY, offered=20.0))
    assert few.events == pytest.approx(20.0, rel=0.1)
    assert few.longest_wait < 1
    many = simulate(replace(ROOMY, offered=20.0, document_writes=1.0, grouped=False))
    assert many.events + many.raced == pytest.approx(1.0, rel=0.05)
    assert many.longest_wait > PATIENCE_S


def test_payments_race_their_orders_where_commits_wait_and_are_done_all_the_same() -> None:
    shape = replace(DEPLOYED, instances=4, offered=20.0)
    assert simulate(replace(shape, document_writes=1_000.0)).raced == 0
    busy = simulate(shape)
    assert busy.raced > 0
    assert busy.events == pytest.approx(20.0, rel=0.1)
    assert PATIENCE_S < busy.p95_wait < 20


def test_a_hot_store_waits_for_no_document_and_its_figures_trail_by_the_folders_pace() -> None:
    result = simulate(Shape(instances=40, hot=True, offered=100.0))
    assert result.events == pytest.approx(100.0, rel=0.1)
    assert (result.hottest, result.contended) == ("", 0)
    assert PACE_S / 2 < result.p95_trail < 2 * PACE_S
    assert result.pending < 2 * result.commits * PACE_S


def test_more_deltas_than_a_folder_folds_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contention, "MOST_DELTAS", 50)
    result = simulate(Shape(instances=41, hot=True, offered=100.0))
    assert result.events == pytest.approx(100.0, rel=0.1)
    assert result.pending > 0.3 * 100 * SECONDS
    assert result.p95_trail > 20


def test_what_is_raised_for_ten_thousand_orders_is_every_limit_below() -> None:
    lines = [*raised()]
    below = {limit.what for limit in known_limits() if limit.orders < WANTED and not limit.of_store}
    assert {line[:30].strip() for line in lines[1:-1]} == below
    assert "11,626 orders/s: messages published" in lines[-1]


def test_rewriting_the_page_changes_the_tables_alone() -> None:
    assert rewrite(PAGE) == PAGE
    assert rewrite(re.sub(r"(?<=```text\n).*?(?=\n```)", "old", PAGE, flags=re.DOTALL)) == PAGE


def test_firestore_gets_used_to_a_load_by_half_in_five_minutes() -> None:
    assert ramp_minutes(10) == 0
    assert ramp_minutes(500 / 10.4 * 1.5) == 5
    assert ramp_minutes(500 / 10.4 * 1.6) == 10
