"""What was told to the system in a history, and what it holds: the two sides that the checks compare."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.recount import Event, recount_customers
from shared.documents.paths import Path, store_path
from shared.domain.period import Month
from shared.domain.tallies import TALLIES
from tests.simulation.operators import Done
from tests.simulation.workload import Shop
from tests.simulation.world import DATABASE, World

ORDER_TOPICS = ("order-created", "order-status-changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One history's account.

    Attributes:
        world: what holds the documents.
        shops: what they told.
        done: what the operators did.
        has_failovers: whether Valkey may have lost cards that it had acknowledged.
    """

    world: World
    shops: dict[str, Shop]
    done: Done
    has_failovers: bool

    def events(self, store_id: str) -> list[Event]:
        """Return everything that was ever said about the store, by its shop and by ourselves.

        Those who were erased had their pseudonyms all along.
        """
        events = [*self.shops[store_id].told, *self.expiries(store_id)]
        for (its_store, customer_id), pseudonym in self.done.erased.items():
            if its_store == store_id:
                events = [(topic, _renamed(body, customer_id, pseudonym)) for topic, body in events]
        return events

    def expiries(self, store_id: str) -> list[Event]:
        """Return what we said about orders of the store that nobody paid."""
        return [
            (message.topic, body)
            for message in self.world.pubsub.messages
            if message.topic in ORDER_TOPICS and b'"unpaid ' in message.data
            for body in (json.loads(message.data),)
            if body["storeId"] == store_id
        ]

    def customers(self, store_id: str) -> dict[str, dict[str, Any]]:
        """Return what the metrics must be of everyone whom an event ever named."""
        events, currency = self.events(store_id), self.shops[store_id].currency
        found = recount_customers(events, store_id=store_id, currency=currency)
        named = {body["order"]["customerId"] for _, body in events if body.get("order")} - {None}
        nothing: dict[str, Any] = {"totalOrders": 0, "totalCompletedOrders": 0, "lastOrderAt": None}
        return {customer_id: found.get(customer_id, nothing) for customer_id in sorted(named | found.keys())}

    def tallies(self, store_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the store's tallies, each with the name of its collection."""
        parent = f"{DATABASE}/documents/{'/'.join(store_path(store_id))}/"
        for tally in TALLIES:
            for name in self.world.database.names(tally.collection):
                if name.startswith(parent):
                    yield tally.collection, self.world.database.fields(name) or {}

    def months(self, store_id: str) -> list[Month]:
        """Return every month in which something is counted for the store, oldest first."""
        months = {fields["month"] for name, fields in self.tallies(store_id) if name == "months"}
        return [Month.parse(month) for month in sorted(months)]

    def document(self, path: Path) -> dict[str, Any] | None:
        """Return the fields of a document, None where there is none."""
        return self.world.database.fields(f"{DATABASE}/documents/{'/'.join(path)}")


def _renamed(body: Any, before: str, after: str) -> Any:
    """Return the event with another customer's id; it is nothing else's."""
    return json.loads(json.dumps(body).replace(json.dumps(before), json.dumps(after)))
