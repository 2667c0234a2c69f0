"""A quota, and what becomes of it while nothing counts."""

from __future__ import annotations

import logging
from collections import Counter as Usage
from collections.abc import Mapping

import pytest

from shared.adapters.quota import OverQuota, Quota
from shared.errors import CacheUnavailable


class Counter:
    """Answers what it is told to, one answer after the other, and keeps what it was asked."""

    def __init__(self, *answers: float | Exception) -> None:
        self.answers = [*answers]
        self.asked: list[Mapping[str, int]] = []
        self.uses: list[int] = []

    def take(self, limits: Mapping[str, int], *, window_s: int, uses: int) -> float:
        assert window_s == 60
        self.asked.append(limits)
        self.uses.append(uses)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def quota(counter: Counter, *, per_subject: int = 5) -> Quota:
    return Quota("basket", counter, per_subject=per_subject, per_store=7, log=logging.getLogger("test"))


def test_a_store_and_each_caller_in_it_have_a_count_of_their_own() -> None:
    counter = Counter(0.0, 0.0, 0.0)
    for store_id, subject in (("s}-1", "a"), ("s}-1", "b"), ("s-2", "a")):
        quota(counter).take(store_id, subject)
    assert [[*limits.values()] for limits in counter.asked] == [[7, 5]] * 3
    first, second, third = ([*limits] for limits in counter.asked)
    assert first[0] == second[0] != third[0]
    assert len({first[1], second[1], third[1]}) == 3
    for limits in counter.asked:
        tags = {key[key.index("{") : key.index("}")] for key in limits}
        assert len(tags) == 1, "one node of a cluster has all the keys of a call"
        assert not any("s}" in key or key.endswith(":a") for key in limits)


@pytest.mark.parametrize(
    ("per_subject", "uses", "counted"), [(5, 1, 1), (5, 5, 5), (5, 6, 5), (9, 7, 7), (9, 8, 7)]
)
def test_more_than_there_may_be_counts_as_all_there_may_be(per_subject: int, uses: int, counted: int) -> None:
    counter = Counter(0.0)
    quota(counter, per_subject=per_subject).take("s-1", "a", uses)
    assert counter.uses == [counted]


def test_over_the_quota_says_in_whole_seconds_how_long_to_wait() -> None:
    with pytest.raises(OverQuota) as refused:
        quota(Counter(0.2, 0.0)).take("s-1", "a")
    assert refused.value.wait_s == 1


@pytest.mark.parametrize(("told_before", "lines"), [(0.0, 1), (59.0, 0), (CacheUnavailable("away"), 1)])
def test_over_the_quota_is_logged_unless_it_was_a_moment_ago(
    told_before: float | Exception, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OverQuota):
        quota(Counter(0.2, told_before)).take("s-1", "a")
    assert [record.message for record in caplog.records] == ["over quota"] * lines
    for record in caplog.records:
        shown = vars(record)
        assert (shown["quota"], shown["storeId"]) == ("basket", "s-1")
        assert len(shown["subjectHash"]) == 32


class Counting:
    """Counts in memory, in a minute that does not end."""

    def __init__(self) -> None:
        self.used = Usage[str]()

    def take(self, limits: Mapping[str, int], *, window_s: int, uses: int) -> float:
        if any(self.used[key] + uses > limit for key, limit in limits.items()):
            return float(window_s)
        self.used.update(dict.fromkeys(limits, uses))
        return 0.0


def test_each_caller_who_is_over_the_quota_is_logged_once_in_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log, shared, refused = logging.getLogger("test"), Counting(), 0
    for caller in ["a"] * 8 + ["b"] * 8:
        try:
            Quota("basket", shared, per_subject=5, per_store=50, log=log).take("s-1", caller)
        except OverQuota:
            refused += 1
    assert refused == 6
    assert len(caplog.records) == 2


def test_everything_is_allowed_while_nothing_counts_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    quota(Counter(CacheUnavailable("away"))).take("s-1", "a")
    [record] = caplog.records
    assert (record.levelname, record.message) == ("WARNING", "quota not checked")
    assert (vars(record)["quota"], vars(record)["storeId"]) == ("basket", "s-1")
    assert record.exc_info
    assert record.exc_info[0] is CacheUnavailable
