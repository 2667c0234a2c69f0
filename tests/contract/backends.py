"""One face for what the contract is checked on: the fake, and Firestore."""

from __future__ import annotations

from itertools import cycle
from typing import Any, Protocol

from google.cloud.firestore import Client

from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.documents.paths import Path, store_path
from shared.documents.store import Documents
from shared.ledger.ledger import Ledger, StoreTerms
from tests.fakes import FakeDocuments, FakeStores

ZONE = "America/Sao_Paulo"
"""Three hours behind UTC, so that days and months of UTC are not the store's."""


class Backend(Protocol):
    """Documents, and a way to look at them that the ledger does not use."""

    @property
    def documents(self) -> Documents: ...

    def new_stores(self) -> StoreTerms: ...

    def fields(self, path: Path) -> dict[str, Any] | None: ...

    def collection(self, store_id: str, name: str) -> list[dict[str, Any]]: ...


class FakeBackend:
    """The fake; each instance writes one of three shards."""

    def __init__(self) -> None:
        self.documents = FakeDocuments()
        self._shards = cycle(range(3))

    def new_stores(self) -> StoreTerms:
        return FakeStores(ZONE, next(self._shards))

    def fields(self, path: Path) -> dict[str, Any] | None:
        return self.documents.documents.get(path)

    def collection(self, store_id: str, name: str) -> list[dict[str, Any]]:
        parent = (*store_path(store_id), name)
        return [fields for path, fields in self.documents.documents.items() if path[:-1] == parent]


class FirestoreBackend:
    """Firestore. `client` may be one that records what goes over the wire."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.documents = FirestoreDocuments(client)

    def new_stores(self) -> FirestoreStores:
        return FirestoreStores(self.client, ZONE)

    def fields(self, path: Path) -> dict[str, Any] | None:
        fields: dict[str, Any] | None = self.client.document(*path).get().to_dict()
        return fields

    def collection(self, store_id: str, name: str) -> list[dict[str, Any]]:
        documents = self.client.collection(*store_path(store_id), name).stream()
        return [document.to_dict() or {} for document in documents]


def new_ledger(backend: Backend) -> Ledger:
    """Return a ledger as a fresh instance has it: one that remembers nothing."""
    return Ledger(backend.documents, backend.new_stores())
