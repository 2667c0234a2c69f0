"""The profile on a customer's card: one round trip for both halves, and the newest of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from valkey import Valkey

from shared.adapters.valkey import connect_url
from shared.adapters.valkey_scripts import Versioned
from shared.customers.cache import Put
from tests.contract.lookup_bench import LookupBench


def test_several_keys_are_read_at_once(valkey_url: str) -> None:
    cache, tag = connect_url(valkey_url), f"{{{uuid4().hex}}}"
    cache.put(Put(f"a {tag}", b"one", version=1, ttl_s=60))
    with Valkey.from_url(valkey_url) as stranger:
        stranger.lpush(f"b {tag}", "not ours")
        stranger.set(f"c {tag}", "no version")
    found = cache.get_and_renew([f"{key} {tag}" for key in "abcd"], 60)
    assert found == [Versioned(1, b"one"), None, None, None]


def test_a_card_with_a_profile_is_a_hit(bench: LookupBench) -> None:
    bench.run(bench.started())
    card, source = bench.cards.show(bench.store_id, "cust-001", bench.now())
    assert source == "HIT"
    assert card is not None
    assert card["profile"]["loyaltyCard"] == "CARD-1001"


def test_a_hit_reads_three_values_and_writes_none(bench: LookupBench, valkey_url: str) -> None:
    bench.run(bench.started())
    with Valkey.from_url(valkey_url) as server:
        before = server.info("commandstats")
        bench.card()
        after = server.info("commandstats")
    more = {
        name: after[name]["calls"] - before.get(name, {"calls": 0})["calls"]
        for name in after
        if name != "cmdstat_info"
    }
    done = {name.removeprefix("cmdstat_"): calls for name, calls in more.items() if calls}
    assert done == {"eval": 1, "get": 3, "expire": 3}


def test_new_metrics_keep_the_profile(bench: LookupBench) -> None:
    bench.run(bench.started())
    state = bench.cards._with.customers().read(bench.store_id, "cust-001")
    assert state is not None
    committed = replace(state, counters={**state.counters, "version": 2}, profile=None)
    bench.cards.update(bench.store_id, {"cust-001": committed})
    card, source = bench.cards.show(bench.store_id, "cust-001", bench.now())
    assert source == "HIT"
    assert card is not None
    assert card["profile"]["name"] == "Ana Souza"


def test_other_applications_hear_of_a_new_profile_once_for_each_version(bench: LookupBench) -> None:
    bench.run(bench.started())
    bench.run(bench.started())  # the profile is remembered
    told = [event for event in bench.outgoing.events if event["topic"] == "customer-metrics-updated"]
    assert [(event["customerId"], event["version"]) for event in told] == [("cust-001", 1)]


def test_a_lost_profile_is_read_anew(bench: LookupBench, valkey_url: str) -> None:
    bench.run(bench.started())
    with Valkey.from_url(valkey_url) as server:
        lost = [key for key in server.keys("customer-profile *") if bench.store_id[:20].encode() in key]
        assert len(lost) == 1
        server.delete(*lost)
    for source in ("MISS", "HIT"):
        card, came_from = bench.cards.show(bench.store_id, "cust-001", bench.now())
        assert came_from == source
        assert card is not None
        assert card["profile"]["name"] == "Ana Souza"


def test_an_unknown_customer_stays_a_hit(bench: LookupBench) -> None:
    show = bench.cards.show
    assert show(bench.store_id, "nobody", bench.now()) == (None, "MISS")
    assert show(bench.store_id, "nobody", bench.now()) == (None, "HIT")


def test_a_profile_of_an_older_version_never_replaces_a_newer_one(bench: LookupBench) -> None:
    bench.run(bench.started())
    old = bench.cards._with.customers().read(bench.store_id, "cust-001")
    bench.ahead += timedelta(hours=2)
    assert bench.run(bench.started("CARD-1001"))["source"] == "api"
    assert old is not None
    older = replace(old, profile={"name": "Older"})
    bench.cards.update(bench.store_id, {"cust-001": older}, are_read=True)
    card = bench.card()
    assert card is not None
    assert card["profile"]["name"] == "Ana Souza"
