"""Which figures each family of the benchmark compares, and what it promises."""

from collections import Counter

import pytest

from infra.cost import ORDERS, count
from tests.performance.families import apply, baskets, dashboards, pipeline
from tests.performance.families.costs import dollar_rows, event_rows
from tests.performance.wire import WireCounter

FIRESTORE_ONLY = [
    "apply, one by one", "apply, one by one, 8 writers", "group commit, 8 writers", "apply, lists of 10",
    "apply, lists of 100", "apply, lists of 100, deferred", "textbook transaction",
    "textbook transaction, 8 writers", "read-modify-write transaction",
]  # fmt: skip


def test_without_postgresql_its_rows_are_left_out() -> None:
    rows = apply.rows({name: [100.0] for name in FIRESTORE_ONLY})
    assert not [row for row in rows if "PostgreSQL" in (row.rival or "")]
    assert len(rows) == 8


@pytest.mark.parametrize(("rate", "met"), [(800.0, True), (799.0, False)])
def test_lists_of_100_promise_eight_times_the_textbook(rate: float, met: bool) -> None:
    rates = {name: [100.0] for name in FIRESTORE_ONLY} | {"apply, lists of 100": [rate]}
    [promise] = [row for row in apply.rows(rates) if row.target and row.rival == "textbook transaction"]
    assert promise.met == met


@pytest.mark.parametrize(("rate", "met"), [(95.0, True), (94.0, False)])
def test_deferred_lists_promise_to_be_as_fast_as_others(rate: float, met: bool) -> None:
    rates = {name: [100.0] for name in FIRESTORE_ONLY} | {"apply, lists of 100, deferred": [rate]}
    [promise] = [row for row in apply.rows(rates) if row.name == "apply, lists of 100, deferred"]
    assert (promise.rival, promise.met) == ("apply, lists of 100", met)


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
        "dashboard of 10": [[10.0] * 3], "dashboard of 99": [[12.1] * 3],
        "aggregation of 10": [[20.0] * 3], "aggregation of 99": [[90.0] * 3],
    }  # fmt: skip
    *beside, promise = dashboards.time_rows(times, (10, 99))
    assert [row.ratio for row in beside] == pytest.approx([0.5, 0.5, 12.1 / 90, 12.1 / 90])
    assert (promise.rival, promise.met) == ("10 orders in the month", False)


def test_one_more_read_with_more_orders_breaks_the_promise() -> None:
    assert [row.met for row in dashboards.read_rows({10: 22, 99: 23})] == [False]


def test_an_event_is_set_against_the_textbook_unit_by_unit() -> None:
    ours = {"created": {"calls": 1, "reads": 0, "writes": 5, "bytes": 900}}
    theirs = {"created": {"calls": 3, "reads": 1, "writes": 0, "bytes": 1800}}
    ratios = {row.unit: row.ratio for row in event_rows(ours, theirs)}
    calls = pytest.approx(1 / 3)
    assert ratios == {"calls/event": calls, "reads/event": 0, "writes/event": None, "bytes/event": 0.5}


def test_the_dollars_are_those_of_the_cost_model() -> None:
    model = count()
    firestore, whole = dollar_rows(model, {**model, "writes": 2 * model["writes"]})
    assert firestore.value == pytest.approx((0.3 * model["reads"] + 0.9 * model["writes"]) / ORDERS)
    assert firestore.rival_value == pytest.approx((0.3 * model["reads"] + 1.8 * model["writes"]) / ORDERS)
    assert whole.value > firestore.value


def test_a_wire_that_contradicts_the_cost_model_is_an_error() -> None:
    model = count()
    with pytest.raises(RuntimeError, match=rf"the wire shows {{'writes': {model['writes'] + 1}}}"):
        dollar_rows({**model, "writes": model["writes"] + 1}, model)


def test_only_what_the_run_itself_sends_is_counted() -> None:
    wire = WireCounter()
    assert wire.counted(lambda: wire.counts.update(calls=2)) == Counter(calls=2)
    assert wire.counted(lambda: wire.counts.update(reads=1)) == Counter(reads=1)


def test_nine_baskets_of_ten_need_no_call_and_hits_are_quick() -> None:
    handled = [
        {"basketId": f"{source}-{n}", "source": source, "durationMs": took}
        for source, took in (("cache", 10.0), ("api", 501.0))
        for n in range(3)
    ]
    counted = {str(line["basketId"]) for line in handled}
    others = [{"basketId": "other", "source": "cache", "durationMs": 99.0}]
    rows = baskets.lookup_rows([*handled, *others], counted, visits=100, calls=10)
    assert [(row.value, row.unit, row.met) for row in rows] == [
        (90.0, "%", True), (10.0, "ms", True), (501.0, "ms", False),
    ]  # fmt: skip
    assert not baskets.lookup_rows(handled, counted, visits=100, calls=11)[0].met
