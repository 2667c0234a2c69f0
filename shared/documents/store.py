"""The document store, as the use cases need it: documents by path, and commits of several writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from shared.documents.paths import Path
from shared.domain.order_times import OtherOrders, Owner
from shared.errors import CommitRefused

ABSENT: Final = "absent"
"""The version of a document that does not exist."""

MOST_TRANSFORMS = 500
"""Of a document in one commit, as Firestore publishes it; its emulator takes any number."""


class PreconditionLost(Exception):
    """A document is not at the version that its write requires; nothing was written. Read it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The fields and the version of one document. A missing document has no fields and is ABSENT."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    version: Any = ABSENT

    @property
    def exists(self) -> bool:
        return bool(self.version != ABSENT)


@dataclass(slots=True, kw_only=True)
class DocumentWrite:
    """A change to one document; it creates the document where it is missing.

    Args:
        path: the document.
        version: the version that the document must be at, ABSENT included; None for any.
        fields: replaced whole, also where a field is a map; other fields stay.
        increments: integers to add, by field path.
        minimums: integers, by field; the field keeps the smaller one.
        maximums: integers, by field; the field keeps the greater one.
        timestamps: fields to set to the time of the commit, by the clock of the document store.
    """

    path: Path
    version: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    increments: dict[tuple[str, ...], int] = field(default_factory=dict)
    minimums: dict[str, int] = field(default_factory=dict)
    maximums: dict[str, int] = field(default_factory=dict)
    timestamps: set[str] = field(default_factory=set)

    @property
    def transforms(self) -> int:
        """Return how many fields are changed by what they hold; at most `MOST_TRANSFORMS` may be."""
        return len(self.increments) + len(self.minimums) + len(self.maximums) + len(self.timestamps)

    def increment(self, *field_path: str, by: int) -> None:
        self.increments[field_path] = self.increments.get(field_path, 0) + by

    def ensure(self, *counters: str) -> None:
        """Have the document hold these counters: a query that sorts by a field skips documents without it."""
        for counter in counters:
            self.increment(counter, by=0)

    def count_version(self) -> None:
        """Count one more `version` of the document, reached at `updatedAt`."""
        self.increment("version", by=1)
        self.timestamps.add("updatedAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDelete:
    """The removal of one document. Without a version it may be missing already."""

    path: Path
    version: Any = None


Write = DocumentWrite | DocumentDelete


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The results of a commit, by the path of each document that was written and not deleted.

    `counters` are the top-level fields that were incremented, compared or set to the time of the commit, with
    their values afterwards; times in microseconds since 1970.
    """

    versions: Mapping[Path, Any]
    counters: Mapping[Path, Mapping[str, int]]


def check_transforms(writes: Iterable[Write]) -> None:
    """Raise CommitRefused if a write has more transforms than a document takes in one commit."""
    for write in writes:
        if isinstance(write, DocumentWrite) and write.transforms > MOST_TRANSFORMS:
            raise CommitRefused(
                f"commit: expected at most {MOST_TRANSFORMS} transforms of {'/'.join(write.path)},"
                f" got {write.transforms}"
            )


class DocumentStore(Protocol):
    """Reads and writes documents. Its other errors are `TransientError`s."""

    def read(self, paths: Sequence[Path]) -> list[Document]:
        """Return the document at each path, in the order of the paths: one call."""

    def other_orders(self, owner: Owner, order_ids: Collection[str]) -> OtherOrders:
        """Return when the customer's first and last orders were created, leaving out those with these ids."""

    def commit(self, writes: Sequence[Write]) -> Committed:
        """Write all or nothing: one call. `writes` name each document once.

        Raises:
            PreconditionLost: a document is at another version than its write requires.
            CommitRefused: the commit is too large, or breaks another limit of the document store.
        """
