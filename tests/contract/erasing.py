"""A store whose customer is erased, while a test makes things happen in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from emulator.recount import Event
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.customer_data import FirestoreCustomerData
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.customers.data import Found, Kind
from shared.customers.erase import Dependencies, Progress, erase_customer
from shared.customers.erasures import Erasures
from shared.documents.paths import Path
from shared.documents.store import Committed, Document, Write
from shared.domain.changes import Change
from shared.domain.pseudonym import Pseudonyms
from shared.ledger.ledger import Ledger
from shared.messages.decode import decode
from tests.builders import NOON
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.counted import counted, recount

STORE, CUSTOMER = "s-1", "cust/é.me"
PSEUDONYMS = Pseudonyms(salt="salt")
AFTERWARDS = NOON + timedelta(days=365)
PSEUDONYM = PSEUDONYMS.name(STORE, CUSTOMER)


class Killed(BaseException):
    """The instance is gone: nothing after this happens."""


class Cards:
    def __init__(self) -> None:
        self.forgotten: list[tuple[str, str]] = []

    def forget(self, store_id: str, customer_id: str) -> None:
        self.forgotten.append((store_id, customer_id))


class Shredder:
    """Erases the customer of the store.

    `meanwhile` is called before each look at what is held. After `commits_left` commits the instance is
    killed.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.backend = FirestoreBackend(client)
        self.ledger: Ledger = new_ledger(self.backend)
        self.cards = Cards()
        self.delivered: list[Event] = []
        self.now = NOON
        self.meanwhile: Callable[[], object] = lambda: None
        self.commits_left: int | None = None
        self.commits = 0

    def deliver(self, *events: Event, ledger: Ledger | None = None) -> None:
        """Apply the events as the functions do, long after they happened."""
        for event in events:
            if change := decode(event[0], json.dumps(event[1]).encode(), AFTERWARDS):
                (ledger or self.ledger).apply(self.redirected([change]))
        self.delivered += events

    def redirected(self, changes: Sequence[Change]) -> list[Change]:
        return Erasures(self.backend.documents, PSEUDONYMS, lambda: AFTERWARDS).redirected(changes)

    def erase(self, budget: timedelta = timedelta(minutes=5)) -> Progress:
        """Erase in an instance of its own."""
        documents = _Documents(self)
        stores = self.backend.new_stores()
        dependencies = Dependencies(
            documents=documents,
            data=_Data(self),
            ledger=Ledger(documents, stores),
            cards=self.cards,
            erasures=Erasures(documents, PSEUDONYMS, lambda: self.now),
            clock=lambda: self.now,
        )
        return erase_customer(STORE, CUSTOMER, dependencies, budget)

    def finish(self) -> None:
        """Erase until that is finished."""
        self.erase()
        self.now += timedelta(minutes=3)
        assert self.erase().finished

    def is_exact(self, pseudonyms: Callable[[Event], str] = lambda _: PSEUDONYM) -> bool:
        """Whether the counters are those of a history in which the customer had the pseudonym all along."""
        history = [
            (topic, renamed(body, CUSTOMER, pseudonyms((topic, body)))) for topic, body in self.delivered
        ]
        return counted(self.backend, STORE) == recount(history, ZONE, STORE)

    def counts(self) -> dict[Any, Any]:
        """Return the store's counters but those of customers."""
        return {
            key: counters for key, counters in counted(self.backend, STORE).items() if key[0] != "customers"
        }

    def everything(self) -> str:
        """Return the paths and fields of all documents but another store's."""
        found = [f"{path} {fields!r}" for path, fields in walk(self.client)]
        return "\n".join(one for one in found if not one.startswith("stores/s-2"))


def walk(client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every document of the database."""
    todo = [*client.collections()]
    while todo:
        for reference in todo.pop().list_documents():
            yield reference.path, reference.get().to_dict() or {}
            todo += [*reference.collections()]


def renamed(body: Any, before: str, after: str) -> Any:
    """Return the event with another customer's id; it must be nothing else's."""
    return json.loads(json.dumps(body).replace(json.dumps(before), json.dumps(after)))


class _Documents(FirestoreDocuments):
    def __init__(self, shredder: Shredder) -> None:
        super().__init__(shredder.client)
        self._shredder = shredder

    def read(self, paths: Sequence[Path]) -> list[Document]:
        if self._shredder.commits_left == 0:
            raise Killed
        return super().read(paths)

    def commit(self, writes: Sequence[Write]) -> Committed:
        if self._shredder.commits_left is not None:
            if not self._shredder.commits_left:
                raise Killed
            self._shredder.commits_left -= 1
        self._shredder.commits += 1
        return super().commit(writes)


class _Data(FirestoreCustomerData):
    def __init__(self, shredder: Shredder) -> None:
        super().__init__(shredder.client)
        self._shredder = shredder

    def find(self, kind: Kind, store_id: str, key: str, limit: int) -> list[Found]:
        self._shredder.meanwhile()
        return super().find(kind, store_id, key, limit)
