"""After an import no card in the cache is outdated, and those of its customers are there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from valkey import Valkey

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customers import FirestoreCustomers
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.valkey import connect_url
from shared.customers import cards as customer_cards
from shared.customers.cached_card import KEPT_S
from shared.customers.cards import CustomerCards
from shared.importing.count import BatchCounter
from shared.importing.journal import Journal
from shared.importing.run import import_lines
from tests.builders import NOON
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, created, in_store
from tests.contract.test_import import line_of, write


class Shop:
    """A store of its own, its cards, and its imports."""

    def __init__(self, client: Client, valkey_url: str, store_id: str) -> None:
        self.backend, self.store_id, self.url = FirestoreBackend(client), store_id, valkey_url
        stores = FirestoreStores(client, ZONE)

        def publisher() -> None:
            raise AssertionError("an import tells nobody")

        card_dependencies = customer_cards.Dependencies(
            customers=lambda: FirestoreCustomers(client),
            stores=lambda: stores,
            publisher=publisher,  # type: ignore[arg-type]
        )
        self.cards = CustomerCards(connect_url(valkey_url), card_dependencies)

    def live(self, order_id: str) -> None:
        apply(new_ledger(self.backend), in_store(self.store_id, created(order_id, customerId="c-1")))

    def bring(self, path: Path, *order_ids: str) -> None:
        lines = [
            line_of(created(order_id, "2019-01-01T00:00:00Z", customerId="c-1")) for order_id in order_ids
        ]
        with Journal(write(path, lines), "test") as journal:
            counter = BatchCounter(new_ledger(self.backend), list, self.cards.replace_outdated)
            import_lines(
                journal,
                counter,
                store_id=self.store_id,
                stopped=Event(),
                tell=lambda _: None,
                begin=lambda _: None,
            )
            journal.finish()

    def orders(self) -> tuple[int, str]:
        """Return how many orders the card shows, and whether it came from the cache."""
        card, source = self.cards.show(self.store_id, "c-1", NOON + timedelta(days=1))
        return (card or {}).get("totalOrders", 0), source

    def seconds_kept(self) -> list[int]:
        with Valkey.from_url(self.url) as server:
            keys = [key for key in server.keys("customer-card *") if self.store_id.encode() in key]
            return [server.ttl(key) for key in keys]


@pytest.fixture
def shop(client: Client, valkey_url: str, project: str) -> Shop:
    return Shop(client, valkey_url, project)


def test_a_card_that_was_looked_at_shows_what_was_imported(shop: Shop, tmp_path: Path) -> None:
    shop.live("o-1")
    assert shop.orders() == (1, "MISS")
    assert shop.orders() == (1, "HIT")
    shop.bring(tmp_path / "history.jsonl", "o-2", "o-3")
    assert shop.orders() == (3, "HIT")


def test_a_reader_who_was_under_way_does_not_bring_the_older_card_back(shop: Shop, tmp_path: Path) -> None:
    shop.live("o-1")
    older = FirestoreCustomers(shop.backend.client).read(shop.store_id, "c-1")
    shop.bring(tmp_path / "history.jsonl", "o-2")
    shop.cards.update(shop.store_id, {"c-1": older}, tells=False, are_read=True)
    assert shop.orders()[0] == 2


def test_an_imported_customer_is_a_hit_for_a_month_like_any_other(shop: Shop, tmp_path: Path) -> None:
    shop.bring(tmp_path / "history.jsonl", "o-1")
    [seconds] = shop.seconds_kept()
    assert KEPT_S - 60 < seconds <= KEPT_S
    assert shop.orders() == (1, "HIT")


def test_a_repeat_renews_a_card_that_a_crash_left_outdated(shop: Shop, tmp_path: Path) -> None:
    shop.live("o-1")
    shop.orders()
    # Counted, and killed before the card was renewed.
    apply(new_ledger(shop.backend), in_store(shop.store_id, created("o-2", "2019-01-01T00:00:00Z")))
    assert shop.orders() == (1, "HIT")
    shop.bring(tmp_path / "history.jsonl", "o-2")
    assert shop.orders() == (2, "HIT")


def test_a_repeat_makes_the_card_that_a_crash_left_out(shop: Shop, tmp_path: Path) -> None:
    shop.live("o-1")
    shop.bring(tmp_path / "history.jsonl", "o-1")
    assert shop.orders() == (1, "HIT")
