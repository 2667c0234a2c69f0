"""Which of its figures each family of the benchmark sets against which, and what it promises."""

from collections import Counter

import pytest

from tests.performance import dashboards, pipeline, writing
from tests.performance.costs import dollar_rows, event_rows
from tests.performance.rows import Row
from tests.performance.wire import WireCounter

FIRESTORE_ONLY = [
    "apply, one by one", "apply, one by one, 8 writers", "group commit, 8 writers", "apply, lists of 10",
    "apply, lists of 100", "textbook transaction", "textbook transaction, 8 writers",
    "read-modify-write transaction",
]  # fmt: skip


def test_without_postgresql_its_rows_are_left_out() -> None:
    rows = writing.rows({name: [100.0] for name in FIRESTORE_ONLY})
    assert not [row for row in rows if "PostgreSQL" in (row.rival or "")]
    assert len(rows) == 7


@pytest.mark.parametrize(("rate", "met"), [(800.0, True), (799.0, False)])
def test_lists_of_100_promise_eight_times_the_textbook(rate: float, met: bool) -> None:
    rates = {name: [100.0] for name in FIRESTORE_ONLY} | {"apply, lists of 100": [rate]}
    [promise] = [row for row in writing.rows(rates) if row.target]
    assert (promise.rival, promise.met) == ("textbook transaction", met)


def test_a_hot_store_is_measured_against_the_empty_function_and_against_many_stores() -> None:
    rates = {"pipeline, one hot store": [60.0], "pipeline, 100 stores": [70.0], "empty function": [100.0]}
    rows = pipeline.rate_rows(rates)
    assert [(row.rival, row.met) for row in rows] == [
        ("empty function", True), ("empty function", None), ("pipeline, 100 stores", False),
    ]  # fmt: skip
    assert not any(row.target for row in pipeline.rate_rows(rates, ", otherwise", is_promised=False))


def test_latencies_show_the_empty_function_beside_each_percentile() -> None:
    ages = {
        "pipeline, one hot store": [[2.0, 4.0]],
        "pipeline, 100 stores": [[2.0] * 2],
        "empty function": [[1.0] * 2],
    }
    rows = pipeline.latency_rows(ages)
    assert [row.name.rpartition(" ")[2] for row in rows] == ["p50", "p95", "p99"] * 2
    assert (rows[0].value, rows[0].ratio) == (3.0, 3.0)


def test_a_fuller_month_may_take_a_fifth_longer_to_show() -> None:
    times = {
        ("dashboard", 10): [[10.0] * 3], ("dashboard", 99): [[12.1] * 3],
        ("aggregation", 10): [[20.0] * 3], ("aggregation", 99): [[90.0] * 3],
    }  # fmt: skip
    *beside, promise = dashboards.time_rows(times, (10, 99))
    assert [row.ratio for row in beside] == pytest.approx([0.5, 0.5, 12.1 / 90, 12.1 / 90])
    assert (promise.rival, promise.met) == ("10 orders in the month", False)


def test_a_read_more_with_more_orders_is_a_promise_broken() -> None:
    assert [row.met for row in dashboards.read_rows({10: 22, 99: 23})] == [False]


def test_events_are_priced_by_what_was_counted() -> None:
    ours = {"created": _counts(calls=1, writes=4), "completed": _counts(calls=2, reads=1, writes=4)}
    theirs = {kind: _counts(calls=3, reads=1, writes=5) for kind in ours}
    rows = {row.name: row for row in [*event_rows(ours, theirs), *dollar_rows(ours, theirs)]}
    assert rows["created, Firestore calls"].ratio == pytest.approx(1 / 3)
    dollars: Row = rows["a million orders, Firestore"]
    assert dollars.value == pytest.approx(8 * 0.9 + 0.3)  # dollars a million: 0.90 a write, 0.30 a read
    assert dollars.rival_value == pytest.approx(10 * 0.9 + 2 * 0.3)


def test_what_is_counted_is_taken_once() -> None:
    counter = WireCounter()
    counter.counts.update(calls=2)
    assert (counter.take(), counter.take()) == (Counter(calls=2), Counter())


def _counts(**counted: float) -> dict[str, float]:
    return {"calls": 0, "reads": 0, "writes": 0, "bytes": 0} | counted
