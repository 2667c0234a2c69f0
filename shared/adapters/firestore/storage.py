"""Documents by path in Firestore."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from google.cloud.firestore import Client

from shared.adapters.firestore.client import RETRY, TIMEOUT_S, translated
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.documents.entries import DocumentWrite
from shared.documents.paths import Path
from shared.documents.storage import Stored
from shared.documents.store import Committed


class FirestoreStorage:
    """Reads and writes documents. Safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._documents = FirestoreDocuments(client)

    def read(self, paths: Sequence[Path]) -> list[Stored]:
        """Return what is at each path: one call."""
        references = [self._client.document(*path) for path in paths]
        with translated():
            found = {
                snapshot.reference.path: Stored(fields=snapshot.to_dict() or {}, version=snapshot.update_time)
                for snapshot in self._client.get_all(references, retry=RETRY, timeout=TIMEOUT_S)
                if snapshot.exists
            }
        return [found.get(reference.path, Stored()) for reference in references]

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        """Write all or nothing: one call; raise PreconditionLost where a version is not found."""
        return self._documents.commit(writes)

    def delete(self, paths: Collection[Path]) -> None:
        """Remove documents, whether they exist or not: one call."""
        batch = self._client.batch()
        for path in paths:
            batch.delete(self._client.document(*path))
        with translated():
            batch.commit(retry=RETRY, timeout=TIMEOUT_S)
