"""The two document stores that the contract is checked on, behind one interface: in memory, and Firestore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from emulator.documents import MemoryDocuments
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.documents.paths import Path, store_path
from shared.documents.store import DocumentStore
from shared.ledger.attempt import StoreTerms
from shared.ledger.ledger import Ledger
from tests.fakes import FakeStores

ZONE = "America/Sao_Paulo"
"""Three hours behind UTC, so that days and months of UTC are not the store's."""


class Backend(Protocol):
    """A document store, and a way to look into it that the ledger does not use."""

    @property
    def documents(self) -> DocumentStore: ...

    def new_stores(self) -> StoreTerms: ...

    def fields(self, path: Path) -> Mapping[str, Any] | None: ...

    def collection(self, store_id: str, name: str) -> list[Mapping[str, Any]]: ...


class MemoryBackend:
    """In memory."""

    def __init__(self) -> None:
        self.documents = MemoryDocuments()

    def new_stores(self) -> StoreTerms:
        return FakeStores(ZONE)

    def fields(self, path: Path) -> Mapping[str, Any] | None:
        return self.documents.documents.get(path)

    def collection(self, store_id: str, name: str) -> list[Mapping[str, Any]]:
        parent = (*store_path(store_id), name)
        return [fields for path, fields in self.documents.documents.items() if path[:-1] == parent]


class FirestoreBackend:
    """Firestore. `client` may be one that records what goes over the wire."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.documents = FirestoreDocuments(client)

    def new_stores(self) -> FirestoreStores:
        return FirestoreStores(self.client, ZONE)

    def fields(self, path: Path) -> Mapping[str, Any] | None:
        fields: Mapping[str, Any] | None = self.client.document(*path).get().to_dict()
        return fields

    def collection(self, store_id: str, name: str) -> list[Mapping[str, Any]]:
        documents = self.client.collection(*store_path(store_id), name).stream()
        return [document.to_dict() or {} for document in documents]


def new_ledger(backend: Backend) -> Ledger:
    """Return a ledger as a fresh instance has it: one that remembers nothing."""
    return Ledger(backend.documents, backend.new_stores())
