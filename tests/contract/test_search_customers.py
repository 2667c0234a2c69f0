"""Searching customers on the real Firestore: who is found, who no longer is, and what a search reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.firestore.customers import FirestoreCustomers
from shared.customers.search import MOST_FOUND, search_customers
from shared.documents.paths import customer_path
from shared.documents.store import DocumentWrite
from shared.domain.customer_search import SearchTokens
from shared.domain.tallies import CUSTOMERS
from tests.contract.lookup_bench import ANA, LookupBench
from tests.contract.wire_log import LoggedClient
from tests.played_api import PlayedApi

HOUR = timedelta(hours=1)


def tokens_of(bench: LookupBench) -> SearchTokens:
    return SearchTokens(salt="salt", store_id=bench.store_id, region="BR")


def search(bench: LookupBench, text: str) -> list[str]:
    """Return the ids of the customers that the text finds."""
    found = search_customers(FirestoreCustomers(bench.client), tokens_of(bench), text)
    return [customer_id for customer_id, _ in found.customers]


def keep(bench: LookupBench, *profiles: dict[str, Any], spent: int = 0) -> None:
    """Keep customers with these profiles."""
    writes = []
    for profile in profiles:
        customer_id = profile["customerId"]
        write = DocumentWrite(path=customer_path(bench.store_id, customer_id))
        searched_by = dict.fromkeys(tokens_of(bench).of_profile(profile), True)
        write.fields = {**CUSTOMERS.identity(of=customer_id), "searchTokens": searched_by}
        write.increment("totalSales", by=spent)
        writes.append(write)
    bench.dependencies.documents.commit(writes)


def test_a_looked_up_customer_is_found_by_all_that_the_profile_holds(bench: LookupBench) -> None:
    for given in (ANA, "CARD-1002", "daichi.tanaka@example.com"):
        bench.run(bench.started(given))
    found = {
        text: search(bench, text)
        for text in (
            "cust-001", "ana", "SOUZA an", "Ana.Souza@example.com", ANA, "card-1001",
            "(11) 98765-4321", "tanaka", "a", "zoe", "cust-00",
        )
    }  # fmt: skip
    ana, bruno, daichi = "cust-001", "cust-002", "cust-004"
    assert found.pop("(11) 98765-4321") == [bruno]
    assert found.pop("tanaka") == [daichi]
    assert found.pop("zoe") == found.pop("cust-00") == []
    assert all(customers == [ana] for customers in found.values()), found


def test_a_customer_without_a_profile_is_found_by_id_alone(bench: LookupBench) -> None:
    keep(bench, {"customerId": "ana souza"})
    assert search(bench, "ana souza") == ["ana souza"]
    assert search(bench, "ana") == []


def test_the_search_tokens_are_part_of_the_write_of_the_profile_and_cost_no_call(
    logged: LoggedClient,
    valkey_url: str,
    customer_api: PlayedApi,
    project: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def look_up(store_id: str) -> tuple[list[str], dict[str, Any]]:
        bench = LookupBench(logged, valkey_url, customer_api, store_id)
        logged.log.clear()
        bench.run(bench.started())
        return [*logged.log.calls], bench.customer()

    calls, customer = look_up(project)
    assert customer["version"] == 1, "written once"
    assert len(customer["searchTokens"]) == len("ana") + len("souza") + 3
    assert "Ana" not in str(customer["searchTokens"])
    monkeypatch.setattr(SearchTokens, "of_profile", lambda *_: [])
    calls_without, customer_without = look_up(f"{project}-2")
    assert calls_without == calls
    assert customer_without["searchTokens"] == {}


def test_a_search_costs_three_calls_at_most(
    logged: LoggedClient, valkey_url: str, customer_api: PlayedApi, project: str
) -> None:
    bench = LookupBench(logged, valkey_url, customer_api, project)
    keep(bench, *({"customerId": f"c-{n}", "name": "Ana"} for n in range(60)))
    for text, calls, documents in (
        ("ana", ["BatchGetDocuments", "RunQuery", "RunQuery"], MOST_FOUND + 1),
        ("ana@example.com", ["BatchGetDocuments", "RunQuery"], 0),
        (ANA, ["BatchGetDocuments", "RunQuery"], 0),
    ):
        logged.log.clear()
        search(bench, text)
        assert logged.log.calls == calls, text
        assert logged.log.documents <= documents + 1, text


def test_whose_id_it_is_comes_first_then_the_card_then_names_by_sales(bench: LookupBench) -> None:
    keep(bench, {"customerId": "zoe", "name": "Zoe"}, {"customerId": "1", "name": "Zoe Rich"}, spent=900)
    keep(bench, {"customerId": "2", "name": "Zoe"}, spent=1000)
    keep(bench, {"customerId": "3", "name": "Bia", "loyaltyCard": "ZOE"}, {"customerId": "4", "name": "Bia"})
    assert search(bench, "zoe") == ["zoe", "3", "2", "1"]
    assert search(bench, "zoe r") == ["1"]


def test_there_are_more_than_are_shown(bench: LookupBench) -> None:
    customers = FirestoreCustomers(bench.client)
    keep(bench, *({"customerId": f"c-{n:02}", "name": f"Ana {n:02}"} for n in range(MOST_FOUND)))
    found = search_customers(customers, tokens_of(bench), "ana")
    assert (len(found.customers), found.more) == (MOST_FOUND, False)
    keep(bench, {"customerId": "other", "name": "Anabel"})
    found = search_customers(customers, tokens_of(bench), "ana")
    assert (len(found.customers), found.more) == (MOST_FOUND, True)
    assert search(bench, "ana 07") == ["c-07"], "two common words find the only one who has both"


def test_a_customer_who_changes_name_is_found_by_the_new_one_alone(bench: LookupBench) -> None:
    bench.run(bench.started())
    assert search(bench, "ana") == ["cust-001"]
    bench.configure(cache_ttl_seconds=0, answer={"name": "/favouriteCategory", "email": "/tier"})
    bench.run(bench.started())
    assert search(bench, "coffee") == ["cust-001"]
    assert search(bench, "ana") == search(bench, "ana.souza@example.com") == []


def test_an_older_profile_that_comes_late_brings_no_name_back(bench: LookupBench) -> None:
    bench.configure(cache_ttl_seconds=0, answer={"name": "/favouriteCategory"})
    bench.run(bench.started())
    newest = bench.customer()["profileAskedAt"] + HOUR
    bench.client.document(*customer_path(bench.store_id, "cust-001")).update({"profileAskedAt": newest})
    bench.configure(cache_ttl_seconds=0)
    assert bench.run(bench.started())["source"] == "api"
    assert search(bench, "coffee") == ["cust-001"]
    assert search(bench, "ana") == []


def test_a_customer_of_another_store_is_not_found(bench: LookupBench) -> None:
    bench.run(bench.started())
    others = SearchTokens(salt="salt", store_id=f"{bench.store_id}-2", region="BR")
    customers = FirestoreCustomers(bench.client)
    for text in ("ana", ANA, "cust-001", "CARD-1001"):
        assert search(bench, text) == ["cust-001"]
        assert search_customers(customers, others, text) == ([], False)
    ours, theirs = (one.of_text("ana")[1] for one in (tokens_of(bench), others))
    assert customers.with_tokens(bench.store_id, ours, 1)
    assert not customers.with_tokens(bench.store_id, theirs, 1), "equal names share no token"
