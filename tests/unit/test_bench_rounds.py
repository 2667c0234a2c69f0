"""How the benchmark takes turns, and what it makes of the figures."""

from collections.abc import Callable

import pytest

from tests.performance.rounds import compared, percentiles, take_turns, timed_each
from tests.performance.rows import Target


def test_contenders_take_turns_and_every_other_round_goes_backwards() -> None:
    order: list[tuple[str, int]] = []

    def contender(name: str) -> Callable[[int], None]:
        return lambda number: order.append((name, number))

    take_turns({name: contender(name) for name in ("ours", "theirs")}, 2)
    assert order == [("theirs", 0), ("ours", 0), ("ours", 1), ("theirs", 1), ("theirs", 2), ("ours", 2)]


def test_the_round_that_warms_up_is_forgotten() -> None:
    assert take_turns({"ours": lambda number: number}, 3) == {"ours": [1, 2, 3]}


def test_warm_contenders_are_not_warmed_up() -> None:
    seen: list[int] = []
    take_turns({"ours": seen.append}, 2, warm_up=False)
    assert seen == [1, 2]


def test_progress_names_the_contender_and_its_round() -> None:
    told: list[str] = []
    take_turns({"ours": float}, 1, tell=told.append)
    assert told == ["ours, warming up", "ours, round 1 of 1"]


def test_a_row_holds_medians_and_ratios_taken_round_by_round() -> None:
    row = compared("apply", "events/s", [100.0, 400.0, 200.0], ("textbook", [50.0, 40.0, 200.0]))
    assert (row.value, row.spread, row.rival_value) == (200.0, (100.0, 400.0), 50.0)
    assert (row.ratio, row.ratio_spread) == (2.0, (1.0, 10.0))


def test_rounds_that_do_not_pair_are_an_error() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        compared("apply", "events/s", [1.0, 2.0], ("textbook", [1.0]))


def test_a_figure_may_stand_alone() -> None:
    row = compared("baskets", "ms", [3.0, 1.0, 2.0], target=Target(sense="<=", limit=2))
    assert (row.value, row.ratio, row.met) == (2.0, None, True)


def test_percentiles_lie_between_neighbours() -> None:
    assert percentiles([[1.0, 2.0, 3.0, 4.0, 5.0]], 50) == [3.0]
    assert percentiles([[0.0, 100.0], [0.0, 200.0]], 99) == [99.0, 198.0]


def test_every_run_is_timed() -> None:
    runs: list[None] = []
    took = timed_each(lambda: runs.append(None), 3)(1)
    assert len(took) == len(runs) == 3
