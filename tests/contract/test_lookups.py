"""Recognising a basket's customer: what the basket shows, what is kept, what goes out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from emulator.customer_api.customers import CUSTOMERS
from shared.baskets.find_answer import NoAnswer
from shared.documents.paths import basket_path, customer_path
from shared.documents.profiles import read_profile
from shared.domain.call_outcome import CallOutcome
from shared.domain.customer_identifier import normalise
from shared.domain.lookup import UNKNOWN_FOR
from shared.errors import LookupUnderWay
from tests.contract.lookup_bench import ANA, RETENTION, LookupBench
from tests.contract.wire_log import LoggedClient
from tests.patience import wait_for
from tests.played_api import PlayedApi, profile_of

HOUR = timedelta(hours=1)


def test_a_new_customer_is_found_kept_and_told_of(bench: LookupBench) -> None:
    started = bench.started()
    assert bench.run(started)["outcome"] == "applied"
    basket = bench.basket(started)
    assert basket["lookupStatus"] == "FOUND"
    assert (basket["customerId"], basket["customerName"]) == ("cust-001", "Ana Souza")
    [event] = bench.fetched(started)
    assert event.items() >= {"storeId": bench.store_id, "customerId": "cust-001", "source": "api"}.items()
    assert event["customer"] == profile_of(CUSTOMERS[0]) == read_profile(bench.customer()["profile"])
    card = bench.card()
    assert card is not None
    assert card["profile"] == event["customer"]
    assert card["totalOrders"] == 0


def test_the_call_is_logged_without_the_identifier(bench: LookupBench) -> None:
    bench.api.misbehave("status", status=500, times=1)
    bench.run(bench.started("CARD-1001"))
    first, second = bench.logged()
    assert (first["attempt"], first["httpStatus"], first["outcome"]) == (1, 500, CallOutcome.SERVER_ERROR)
    assert (second["attempt"], second["httpStatus"], second["outcome"]) == (2, 200, CallOutcome.FOUND)
    assert second["identifierKind"] == "card"
    assert second["identifierHash"] == first["identifierHash"]
    assert second["expireAt"] - second["calledAt"] == RETENTION.lookup_calls
    for call in (first, second):
        assert "CARD-1001" not in str(call | {"response": ""})


def test_a_basket_that_a_lookup_changed_and_the_answer_still_expire(bench: LookupBench) -> None:
    started = bench.started()
    bench.run(started)
    assert bench.basket(started)["expireAt"] - started.occurred_at == RETENTION.baskets
    for entry in bench.entries():
        assert entry["expireAt"] - entry["askedAt"] == RETENTION.lookups


def test_an_answer_that_is_kept_too_long_replaces_none_while_the_api_is_down(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.api.misbehave("status", status=500, times=100)
    bench.ahead += RETENTION.lookups - timedelta(hours=1)
    assert bench.run(bench.started())["source"] == "stale_cache"
    bench.ahead += timedelta(hours=2)
    assert bench.run(bench.started())["outcome"] == "failed"


def test_the_second_basket_makes_no_call(bench: LookupBench) -> None:
    bench.run(bench.started())
    second = bench.started()
    assert bench.run(second)["source"] == "cache"
    assert bench.basket(second)["customerId"] == "cust-001"
    assert bench.fetched(second)[0]["source"] == "cache"
    assert bench.api.calls == 1


def test_a_cache_hit_costs_two_reads_and_a_commit(
    logged: LoggedClient, valkey_url: str, customer_api: PlayedApi, project: str
) -> None:
    bench = LookupBench(logged, valkey_url, customer_api, project)
    bench.run(bench.started())
    started = bench.started()
    logged.log.clear()
    bench.run(started)
    # The store, which is remembered once it has orders; then the basket with the answer; then the basket.
    assert logged.log.calls == ["BatchGetDocuments", "BatchGetDocuments", "Commit"]


def test_an_outdated_answer_is_asked_for_again(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.ahead += HOUR
    again = bench.started()
    assert bench.run(again)["source"] == "api"
    assert bench.api.calls == 2


def test_whoever_is_done_asking_stops_nobody(bench: LookupBench) -> None:
    bench.configure(cache_ttl_seconds=0)
    bench.run(bench.started())
    assert bench.run(bench.started())["source"] == "api"


def test_a_guest_costs_no_call(bench: LookupBench) -> None:
    assert bench.run(bench.started(None))["lookupStatus"] == "GUEST"
    assert bench.run(bench.started("  "))["lookupStatus"] == "GUEST"
    assert bench.api.calls == 0


def test_an_unknown_customer_is_remembered_briefly(bench: LookupBench) -> None:
    bench.api.misbehave("unknown")
    first, second = bench.started(), bench.started()
    assert bench.run(first)["lookupStatus"] == "NOT_FOUND"
    assert bench.run(second)["lookupStatus"] == "NOT_FOUND"
    assert bench.api.calls == 1
    assert bench.outgoing.events == []
    bench.api.behave()
    bench.ahead += UNKNOWN_FOR
    third = bench.started()
    assert bench.run(third)["lookupStatus"] == "FOUND"


def test_a_basket_that_has_a_customer_keeps_that_one(bench: LookupBench) -> None:
    started = bench.started()
    bench.run(started)
    bench.client.document(*basket_path(started.store_id, started.basket_id)).update(
        {"customerId": "chosen by hand", "lookupSource": None}
    )
    assert bench.run(started)["outcome"] == "duplicate"
    assert bench.basket(started)["customerId"] == "chosen by hand"
    assert len(bench.fetched(started)) == 1


def test_a_repeated_event_says_the_same_and_asks_nobody(bench: LookupBench) -> None:
    bench.configure(cache_ttl_seconds=0)
    started = bench.started()
    for _ in range(3):
        bench.run(started)
    first, *others = bench.fetched(started)
    assert all(event == first for event in others)
    assert bench.api.calls == 1


def test_events_in_any_order_find_each_basket_its_customer(bench: LookupBench) -> None:
    early, late = bench.started(), bench.started("ana.souza@example.com")
    for started in (late, early):
        bench.run(started)
    assert [bench.basket(one)["customerId"] for one in (early, late)] == ["cust-001", "cust-001"]
    assert bench.customer()["version"] == 1


def test_simultaneous_baskets_make_one_call(bench: LookupBench) -> None:
    bench.configure(cache_ttl_seconds=0)
    bench.api.misbehave("slow", seconds=0.15)
    baskets = [bench.started() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: bench.run(one, wait_s=20), baskets))
    assert [bench.basket(one)["lookupStatus"] for one in baskets] == ["FOUND"] * 8
    assert bench.api.calls == 1


def test_simultaneous_baskets_share_a_failure(bench: LookupBench) -> None:
    bench.configure(timeout_seconds=1, retry_attempts=2)
    bench.api.misbehave("slow", seconds=20)
    baskets = [bench.started() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        deliveries = [pool.submit(bench.run, baskets[0])]
        wait_for(lambda: bench.api.calls)
        deliveries += [pool.submit(bench.run, one, wait_s=20) for one in baskets[1:]]
        first, *others = [delivery.exception(30) for delivery in deliveries]
    assert first is None  # its own attempts are used up; those of the others are not
    assert [type(error) for error in others] == [NoAnswer] * 3
    assert bench.api.calls == 2
    assert [bench.basket(one)["lookupStatus"] for one in baskets] == ["FAILED"] * 4


def test_who_waits_too_long_for_another_leaves_it_to_pubsub(bench: LookupBench) -> None:
    bench.configure(timeout_seconds=5, retry_attempts=1)
    bench.api.misbehave("slow", seconds=2)
    first, second = bench.started(), bench.started()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(bench.run, first)
        wait_for(lambda: bench.api.calls)
        with pytest.raises(LookupUnderWay):
            bench.run(second)
        assert bench.basket(second) == {}
        assert asking.result(30)["lookupStatus"] == "FOUND"
    assert bench.run(second)["source"] == "cache"
    assert bench.api.calls == 1


def test_another_identifier_of_one_customer_keeps_the_newest_profile(bench: LookupBench) -> None:
    bench.run(bench.started())
    newest = bench.customer()["profileAskedAt"]
    known = bench.client.document(*customer_path(bench.store_id, "cust-001"))
    known.update({"profile.name": "Newer", "profileAskedAt": newest + HOUR})
    bench.configure(cache_ttl_seconds=0)
    assert bench.run(bench.started("ana.souza@example.com"))["source"] == "api"
    assert bench.customer()["profile"]["name"] == "Newer"
    assert bench.customer()["profileAskedAt"] == newest + HOUR


def test_one_call_is_good_for_every_identifier_of_the_customer(bench: LookupBench) -> None:
    bench.run(bench.started(ANA))
    for other in ("ana.souza@example.com", "card-1001", ANA):
        started = bench.started(other)
        assert bench.run(started)["source"] == "cache"
        assert bench.basket(started)["customerId"] == "cust-001"
    assert bench.api.calls == 1


def test_an_answer_is_good_for_no_identifier_that_the_api_said_is_anothers(
    bench: LookupBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(bench.started("bruno.lima@example.com"))
    monkeypatch.setattr(
        "shared.baskets.find_answer.identifiers_of", lambda *_: [normalise("bruno.lima@example.com", None)]
    )
    bench.run(bench.started(ANA))
    started = bench.started("bruno.lima@example.com")
    assert bench.run(started)["source"] == "cache"
    assert bench.basket(started)["customerId"] == "cust-002"


def test_simultaneous_baskets_of_one_customer_by_all_identifiers_are_all_found(bench: LookupBench) -> None:
    given = [ANA, "ana.souza@example.com", "CARD-1001"] * 3
    baskets = [bench.started(one) for one in given]
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(lambda one: bench.run(one, wait_s=20), baskets))
    assert {bench.basket(one)["customerId"] for one in baskets} == {"cust-001"}
    assert 1 <= bench.api.calls <= 3


def test_an_identifier_is_remembered_by_its_hash_alone(bench: LookupBench) -> None:
    bench.api.misbehave("unknown")
    bench.run(bench.started(ANA))
    [entry] = bench.entries()
    assert ANA not in str(entry)
