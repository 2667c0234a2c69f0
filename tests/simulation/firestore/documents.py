"""The documents, version by version, and the collections that they are in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.cloud.firestore_v1.types import Document

from tests.simulation.firestore.values import Key, find, key_of, name_key

DocumentPb: Any = type(Document.pb(Document()))

KEPT_MICROS = 3_600_000_000
"""Firestore reads at any instant of the last hour."""


class Version:
    """A document since `at`, in microseconds; `document` is None where it was deleted. Never changed."""

    __slots__ = ("_keys", "at", "document", "name")

    def __init__(self, name: str, at: int, document: Any | None) -> None:
        self.name = name
        self.at = at
        self.document = document
        self._keys: dict[str, Key | None] = {}

    def key(self, path: str) -> Key | None:
        """Return what a field compares by, None where there is no such field."""
        if path not in self._keys:
            if path == "__name__":
                self._keys[path] = name_key(self.name)
            else:
                value = find(self.document, path)
                self._keys[path] = None if value is None else key_of(value)
        return self._keys[path]

    def elements(self, path: str) -> list[Key]:
        """Return what the elements of an array compare by, none where the field is no array."""
        value = find(self.document, path)
        return [] if value is None else [key_of(one) for one in value.array_value.values]

    def sort_key(self, path: str) -> Key:
        """Return what a field that exists compares by."""
        key = self.key(path)
        assert key is not None
        return key


class Stored:
    """The versions of one document that reads may still ask for, oldest first."""

    __slots__ = ("created", "free_at", "name", "versions")

    def __init__(self, name: str) -> None:
        self.name = name
        self.versions: list[Version] = []
        self.created = 0
        self.free_at = 0.0  # when it takes a further write

    @property
    def current(self) -> Version | None:
        """Return the newest version; None where there is no document."""
        newest = self.versions[-1] if self.versions else None
        return newest if newest is not None and newest.document is not None else None

    def at(self, instant: int | None) -> Version | None:
        """Return the version at an instant; None where there was no document."""
        if instant is None:
            return self.current
        for version in reversed(self.versions):
            if version.at <= instant:
                return version if version.document is not None else None
        return None

    def add(self, at: int, document: Any | None) -> None:
        """Add a version; forget those that no read can ask for any more."""
        oldest = at - KEPT_MICROS
        while len(self.versions) > 1 and self.versions[1].at < oldest:
            del self.versions[0]
        self.versions.append(Version(self.name, at, document))


class Documents:
    """Every document of a database by name, by collection, and by the name of the collection alone."""

    def __init__(self) -> None:
        self._by_name: dict[str, Stored] = {}
        self._collections: dict[str, dict[str, Stored]] = {}
        self._groups: dict[str, dict[str, Stored]] = {}

    def stored(self, name: str) -> Stored:
        """Return the document of that name, which may have no version yet."""
        if (known := self._by_name.get(name)) is None:
            known = self._by_name[name] = Stored(name)
            collection = name.rpartition("/")[0]
            self._collections.setdefault(collection, {})[name] = known
            self._groups.setdefault(collection.rpartition("/")[2], {})[name] = known
        return known

    def find(self, name: str) -> Stored | None:
        return self._by_name.get(name)

    def within(self, parent: str, collection_id: str, *, of_all: bool) -> Iterator[Stored]:
        """Return the documents of a collection, or of all collections of that name below the parent."""
        if not of_all:
            return iter(self._collections.get(f"{parent}/{collection_id}", {}).values())
        group = self._groups.get(collection_id, {}).values()
        return (stored for stored in group if stored.name.startswith(f"{parent}/"))

    def __iter__(self) -> Iterator[Stored]:
        return (stored for stored in self._by_name.values() if stored.current is not None)
