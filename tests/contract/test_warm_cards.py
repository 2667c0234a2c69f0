"""Cards are always there: for a month after each read, after an import, and in a server that lost them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from valkey import Valkey

from emulator.standalone import Server
from shared.adapters.firestore.card_passes import FirestoreCardPasses
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customers import FirestoreCustomers
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.valkey import connect_url
from shared.customers import warm_cards as warming
from shared.customers.cache import Put
from shared.customers.cached_card import KEPT_S
from shared.customers.cards import CustomerCards, Dependencies
from shared.customers.imported import SKEW, ImportedStores
from shared.customers.warm_cards import FILLED_FOR_S, Warmed, request_passes, warm_cards
from shared.domain.customer_state import CustomerState
from shared.domain.segment import SegmentRule
from shared.errors import PublishFailed
from tests.builders import NOON
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, created, in_store, reached, registered
from tests.contract.lookup_bench import Outgoing

TWO_HOURS_S = 7200
PLENTY = 1000


class Shop:
    """Stores with customers, and a Valkey server of their own."""

    def __init__(self, client: Client, server: Server) -> None:
        self.backend, self.outgoing = FirestoreBackend(client), Outgoing()
        self.valkey = Valkey.from_url(f"redis://{server.host}/0")
        self.valkey.flushall()
        self.customers, self.stores = FirestoreCustomers(client), FirestoreStores(client, ZONE)
        self.cache = connect_url(f"redis://{server.host}/0")
        dependencies = Dependencies(
            customers=lambda: self.customers, stores=lambda: self.stores, publisher=lambda: self.outgoing
        )
        self.cards = CustomerCards(self.cache, dependencies)
        self.work = warming.Dependencies(
            cache=self.cache,
            cards=self.cards,
            customers=self.customers,
            documents=self.backend.documents,
            passes=FirestoreCardPasses(client).some,
            stores=self.stores,
        )

    def sell(self, store_id: str, *customer_ids: str) -> None:
        """Count an order of each customer, without a card of it."""
        events = [created(f"o-{of}", customerId=of) for of in customer_ids]
        apply(new_ledger(self.backend), *[in_store(store_id, event) for event in events])

    def warm(self, most: int = PLENTY, *, at: datetime = NOON) -> Warmed:
        return warm_cards(self.work, at, most)

    def source(self, store_id: str, customer_id: str) -> str:
        return self.cards.show(store_id, customer_id, NOON)[1]

    def told(self) -> list[tuple[str, str]]:
        """Return whose metrics were published."""
        return sorted((event["storeId"], event["customerId"]) for event in self.outgoing.events)

    def leave_unread(self, seconds: int) -> None:
        """Have every key look as if nobody had read it for so long."""
        for key in list(self.valkey.scan_iter()):
            kept = {"ttl": int(self.valkey.pttl(key)), "value": self.valkey.dump(key)}  # type: ignore[arg-type]
            self.valkey.restore(key, **kept, replace=True, idletime=seconds)  # type: ignore[arg-type]

    def pass_time(self, seconds: int) -> None:
        """Have every key live so much shorter, as if that time had passed."""
        for key in self.valkey.scan_iter():
            left = int(self.valkey.ttl(key)) - seconds  # type: ignore[arg-type]
            self.valkey.expire(key, left)


@pytest.fixture
def shop(client: Client, server: Server) -> Shop:
    return Shop(client, server)


def test_a_card_of_a_quiet_customer_is_a_hit_after_two_hours_and_after_29_days(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    assert [shop.source("s-1", "c-1") for _ in range(2)] == ["MISS", "HIT"]
    for seconds in (TWO_HOURS_S, 29 * 24 * 3600, 29 * 24 * 3600):
        shop.pass_time(seconds)
        assert shop.source("s-1", "c-1") == "HIT"
    shop.pass_time(KEPT_S)
    assert shop.source("s-1", "c-1") == "MISS"


def test_a_customer_who_only_registered_is_a_hit_too(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    apply(new_ledger(shop.backend), in_store("s-1", registered("c-2")))
    shop.warm()
    shop.pass_time(TWO_HOURS_S)
    assert shop.source("s-1", "c-2") == "HIT"


def test_an_unknown_customer_is_forgotten_in_half_a_minute_however_often_somebody_asks(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    for seconds in (0, 15, 14):
        shop.pass_time(seconds)
        shop.source("s-1", "nobody")
    shop.pass_time(1)
    assert shop.source("s-1", "nobody") == "MISS"


def test_a_full_server_drops_what_was_not_read_for_longest_and_takes_new_cards(shop: Shop) -> None:
    def fill(kind: str, n: int) -> None:
        puts = [Put(f"{kind} {i}", b"x" * 1000, version=1, ttl_s=KEPT_S) for i in range(n)]
        assert shop.cache.put_all(puts) == [True] * n

    fill("quiet", 2000)
    # Valkey drops the idlest of a few keys at random, and counts idleness in seconds: so make it an hour.
    shop.leave_unread(3600)
    limit = int(shop.valkey.info("memory")["used_memory"])  # type: ignore[index]
    shop.valkey.config_set("maxmemory", limit)
    fill("read", 1000)
    try:
        assert shop.valkey.info("stats")["evicted_keys"] > 500  # type: ignore[index]
        assert shop.valkey.exists(*[f"read {i}" for i in range(1000)]) > 950  # type: ignore[operator]
    finally:
        shop.valkey.config_set("maxmemory", "256mb")


def test_every_card_is_a_hit_after_flushall_and_a_run(shop: Shop) -> None:
    shop.sell("s-1", "c-1", "c/2", "ü")
    shop.sell("s-2", "c-1")
    assert shop.warm() == Warmed(cards=4, stores=2)
    shop.valkey.flushall()
    assert shop.warm() == Warmed(cards=4, stores=2)
    assert [shop.source("s-1", of) for of in ("c-1", "c/2", "ü")] == ["HIT"] * 3
    assert shop.source("s-2", "c-1") == "HIT"
    assert shop.told() == []


def test_a_run_with_nothing_to_do_reads_no_customer(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    shop.warm()
    shop.pass_time(TWO_HOURS_S)
    assert shop.warm() == Warmed(cards=0, stores=0)


def test_a_lost_update_is_repaired_within_a_week(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    shop.warm()
    shop.sell("s-1", "c-1")
    apply(new_ledger(shop.backend), in_store("s-1", created("o-2", customerId="c-1")))
    shop.pass_time(FILLED_FOR_S)
    shop.warm()
    card, source = shop.cards.show("s-1", "c-1", NOON)
    assert source == "HIT"
    assert card is not None
    assert card["totalOrders"] == 2


def test_a_run_does_so_many_cards_and_the_next_one_goes_on(shop: Shop) -> None:
    customers = [f"c-{n}" for n in range(7)]
    shop.sell("s-1", *customers)
    assert [shop.warm(most=3).cards for _ in range(4)] == [3, 3, 1, 0]
    assert {shop.source("s-1", of) for of in customers} == {"HIT"}


def test_an_import_tells_of_each_customer_once_and_only_of_those_it_changed(shop: Shop) -> None:
    shop.sell("s-1", "old")
    shop.warm()
    imported, now = an_import(shop)
    shop.sell("s-1", "c-1", "c-2")
    apply(new_ledger(shop.backend), in_store("s-1", created("o-2", customerId="c-1")))
    assert shop.warm(at=now) == Warmed(), "the import is under way"
    imported.end()
    assert shop.warm(at=now) == Warmed(cards=3, stores=1)
    assert shop.told() == [("s-1", "c-1"), ("s-1", "c-2")]
    assert {shop.source("s-1", of) for of in ("old", "c-1", "c-2")} == {"HIT"}


def test_the_cards_of_an_import_that_was_killed_are_written_a_day_later(shop: Shop) -> None:
    shop.warm()
    _, now = an_import(shop)
    shop.sell("s-1", "c-1")
    assert shop.warm(at=now + timedelta(hours=23)) == Warmed()
    assert shop.warm(at=now + timedelta(hours=25)) == Warmed(cards=1, stores=1)
    assert shop.told() == [("s-1", "c-1")]


def test_what_one_import_has_to_tell_is_told_although_a_flush_begins_the_pass_again(shop: Shop) -> None:
    shop.warm()
    imported, now = an_import(shop)
    shop.sell("s-1", "c-1", "c-2", "c-3")
    imported.end()
    shop.warm(1, at=now)
    shop.valkey.flushall()
    assert shop.warm(at=now) == Warmed(cards=3, stores=1)
    assert set(shop.told()) == {("s-1", "c-1"), ("s-1", "c-2"), ("s-1", "c-3")}


def test_a_page_that_could_not_be_told_is_done_again(shop: Shop) -> None:
    shop.warm()
    imported, now = an_import(shop)
    shop.sell("s-1", "c-1")
    imported.end()
    shop.outgoing.is_away = True
    with pytest.raises(PublishFailed):
        shop.warm(at=now)
    shop.outgoing.is_away = False
    assert shop.warm(at=now) == Warmed(cards=1, stores=1)
    assert shop.told() == [("s-1", "c-1")]


def test_a_run_leaves_a_pass_to_another_that_was_faster(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.sell("s-1", "c-1", "c-2")
    documents, walk = shop.backend.documents, shop.customers.walk

    def meanwhile(store_id: str, after: str, limit: int) -> tuple[dict[str, CustomerState], str]:
        monkeypatch.undo()
        request_passes(documents, ["s-1"], due_at=NOON - timedelta(seconds=1))
        return walk(store_id, after, limit)

    monkeypatch.setattr(shop.customers, "walk", meanwhile)
    assert shop.warm() == Warmed(cards=2, stores=0, more=True)
    assert shop.warm() == Warmed(cards=2, stores=1)


def test_cards_follow_settings_at_once(shop: Shop) -> None:
    shop.sell("s-1", "c-1")
    shop.warm()
    apply(new_ledger(shop.backend), in_store("s-1", reached("COMPLETED", "o-c-1")))
    shop.cards.rebuild("s-1", "c-1")
    before, _ = shop.cards.show("s-1", "c-1", NOON)
    store = shop.stores.read("s-1")
    assert store is not None
    rule = SegmentRule(completed_orders=(1, 2, 3, 4))
    _, changed = shop.stores.put("s-1", lambda _: replace(store, segments=rule))
    shop.cards.keep_settings(changed)
    shop.cards.keep_settings(store)  # an instance that is behind
    after, source = shop.cards.show("s-1", "c-1", NOON)
    assert before is not None
    assert after is not None
    assert (before["segment"], after["segment"], source) == ("NEW", "ACTIVE", "HIT")


def an_import(shop: Shop) -> tuple[ImportedStores, datetime]:
    """Begin an import into the store s-1; return it and its clock. What changes later is its work."""
    now = datetime.now(UTC) + SKEW
    imported = ImportedStores(shop.backend.documents, lambda: now)
    imported.begin({"s-1"})
    return imported, now
