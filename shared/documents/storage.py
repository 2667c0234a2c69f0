"""Documents by path, as the basket's use cases need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.documents.entries import ABSENT, DocumentWrite
from shared.documents.paths import Path
from shared.documents.store import Committed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The fields of a document and its version; one that does not exist has none and is ABSENT."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    version: Any = ABSENT

    @property
    def exists(self) -> bool:
        return bool(self.version != ABSENT)


class Storage(Protocol):
    """The document store. Its errors are `TransientError`s."""

    def read(self, paths: Sequence[Path]) -> list[Stored]:
        """Return what is at each path: one call."""

    def commit(self, writes: Sequence[DocumentWrite]) -> Committed:
        """Write all or nothing: one call; raise PreconditionLost where a version is not found."""

    def delete(self, paths: Collection[Path]) -> None:
        """Remove documents, whether they exist or not: one call."""
