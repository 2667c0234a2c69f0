"""Lookups that the customer API does not answer: attempts, refusals, and old answers that stand in."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.adapters.customer_api import FAILURES_TO_OPEN, CustomerApi
from shared.domain.lookup import UNKNOWN_FOR
from shared.errors import LookupFailed
from tests.contract.lookup_bench import LookupBench

HOUR = timedelta(hours=1)

FAILURES = pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 429, "retry_after": "3600"}),
        ("reset", {}),
        ("slow", {"seconds": 20}),
        ("malformed", {}),
        ("wrong_types", {}),
        ("huge", {}),
    ],
    ids=["500", "429", "reset", "slow", "malformed", "wrong types", "10 MB"],
)


@FAILURES
def test_without_an_answer_the_basket_fails_and_recovers_while_attempts_are_left(
    bench: LookupBench, kind: str, settings: dict[str, object]
) -> None:
    bench.configure(timeout_seconds=1 if kind == "slow" else 5, retry_attempts=4)
    bench.api.misbehave(kind, times=3, **settings)
    started = bench.started()
    for _ in range(4):
        with suppress(LookupFailed):
            if bench.run(started)["lookupStatus"] == "FOUND":
                break
        assert bench.basket(started)["lookupStatus"] == "FAILED"
        assert bench.basket(started)["lookupAttempts"] == bench.api.calls == len(bench.logged())
        assert bench.outgoing.events == []
    assert bench.basket(started)["customerId"] == "cust-001"
    assert bench.api.calls == 4
    assert [call["outcome"] for call in bench.logged()][3:] == ["found"]
    assert len(bench.logged()) == bench.api.calls


@FAILURES
def test_attempts_are_for_a_basket_however_often_its_event_is_delivered(
    bench: LookupBench, kind: str, settings: dict[str, object]
) -> None:
    bench.configure(timeout_seconds=0.2)
    bench.api.misbehave(kind, **settings)
    started = bench.started()
    with suppress(LookupFailed):  # some failures are worth another try at once, some not
        bench.run(started)
    assert bench.run(started) == {
        "outcome": "failed", "basketId": started.basket_id, "lookupStatus": "FAILED", "source": None,
    }  # fmt: skip
    for _ in range(3):
        assert bench.run(started)["outcome"] == "failed"
    assert bench.api.calls == bench.basket(started)["lookupAttempts"] == 2
    bench.api.behave()
    assert bench.run(bench.started())["lookupStatus"] == "FOUND"
    assert bench.run(started)["source"] == "cache"


def test_while_the_api_is_left_alone_no_attempt_is_used_up(bench: LookupBench) -> None:
    bench.api.misbehave("status", status=500)
    with_breaker = CustomerApi(local=True, sleep=lambda _: None)
    for _ in range(3):
        with suppress(LookupFailed):
            bench.run(bench.started(), api=lambda: with_breaker)
    assert bench.api.calls == FAILURES_TO_OPEN
    bench.api.behave()
    started = bench.started()
    with pytest.raises(LookupFailed):
        bench.run(started, api=lambda: with_breaker)
    assert bench.run(started)["lookupStatus"] == "FOUND"


@pytest.mark.parametrize("status", [400, 401, 403, 405, 422, 302, 204])
def test_a_refusal_ends_the_lookup_and_is_remembered_briefly(bench: LookupBench, status: int) -> None:
    bench.api.misbehave("status", status=status)
    first, second = bench.started(), bench.started()
    assert bench.run(first)["outcome"] == "failed"
    assert bench.run(second)["outcome"] == "failed"
    assert [bench.basket(one)["lookupStatus"] for one in (first, second)] == ["FAILED", "FAILED"]
    assert bench.api.calls == 1
    assert [(call["outcome"], call["httpStatus"]) for call in bench.logged()] == [("refused", status)]
    bench.api.behave()
    bench.ahead += UNKNOWN_FOR
    assert bench.run(bench.started())["lookupStatus"] == "FOUND"


def test_an_old_answer_stands_in_for_a_refusal(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.ahead += 2 * HOUR
    bench.api.misbehave("status", status=403)
    for _ in range(2):
        assert bench.run(bench.started())["source"] == "stale_cache"
    assert bench.api.calls == 2


@pytest.mark.parametrize("kind", ["reset", "malformed", "huge"])
def test_without_an_answer_an_old_one_stands_in(bench: LookupBench, kind: str) -> None:
    bench.run(bench.started())
    bench.ahead += 2 * HOUR
    bench.api.misbehave(kind)
    started = bench.started()
    assert bench.run(started)["source"] == "stale_cache"
    assert bench.basket(started)["lookupStatus"] == "FOUND"
    assert bench.fetched(started)[0]["source"] == "stale_cache"
    first, *_, last = bench.logged()
    assert (last["source"], last["answeredBy"], last["customerId"], last["basketId"]) == (
        "stale_cache", first["callId"], "cust-001", started.basket_id,
    )  # fmt: skip


def test_no_old_answer_stands_in_where_that_is_not_wanted(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.ahead += 2 * HOUR
    bench.configure(fallback_to_cache_on_error=False)
    bench.api.misbehave("reset")
    assert bench.run(bench.started())["outcome"] == "failed"


def test_an_old_404_stands_in_for_nothing(bench: LookupBench) -> None:
    bench.run(bench.started("CARD-9999"))
    bench.ahead += 2 * HOUR
    bench.api.misbehave("reset")
    assert bench.run(bench.started("CARD-9999"))["outcome"] == "failed"


def test_404_is_believed_over_an_old_answer(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.ahead += 2 * HOUR
    bench.api.misbehave("unknown")
    assert bench.run(bench.started())["lookupStatus"] == "NOT_FOUND"
