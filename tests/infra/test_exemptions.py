"""A field is indexed only where a query needs it.

Each index entry makes a commit larger and slower. Maps and lists would reach Firestore's 40,000 entries of a
document; a time that rises from document to document holds the writes of a collection to 500 a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from emulator.documents import MemoryDocuments
from infra.cost import apply_typical
from shared.documents.store import Committed, Write
from tests.infra.configuration import ROOT
from tests.infra.queries import record

DECLARED: dict[str, Any] = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())
OVERRIDES = {
    (entry["collectionGroup"], entry["fieldPath"]): entry["indexes"] for entry in DECLARED["fieldOverrides"]
}
GROUPS = {group for group, field in OVERRIDES if field == "*"}


class WatchedDocuments(MemoryDocuments):
    """Notes the collections that are written to."""

    def __init__(self) -> None:
        super().__init__()
        self.collections: set[str] = set()

    def commit(self, writes: Sequence[Write]) -> Committed:
        self.collections |= {write.path[-2] for write in writes}
        return super().commit(writes)


def test_nothing_is_indexed_but_the_fields_that_queries_need(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {
        (need.group, _place(need.group, path), order, need.scope)
        for need in (recorded.need for recorded in record(monkeypatch))
        if not need.is_composite
        for path, order in [*((path, "ASCENDING") for path in need.equal), *need.ordered]
        if "__name__" not in path
    }
    indexed = {
        (group, field, one.get("order", one.get("arrayConfig")), one["queryScope"])
        for (group, field), indexes in OVERRIDES.items()
        for one in indexes
    }
    assert indexed == needed
    assert all(OVERRIDES[group, "*"] == [] for group, _ in OVERRIDES)


def _place(group: str, path: str) -> str:
    """Return where the field's index is declared: a field of a map may be indexed as the map is."""
    parent, _, _ = path.partition(".")
    return parent if (group, parent) in OVERRIDES else path


def test_a_rising_value_is_indexed_behind_a_slot_alone() -> None:
    of_orders = {"awaitingSince", "missingSince", "createdAt", "occurredAt"}
    rising = of_orders | {"registeredAt", "firstOrderAt", "lastOrderAt"}
    composite = {
        (index["collectionGroup"], *(field["fieldPath"] for field in index["fields"][:2]))
        for index in DECLARED["indexes"]
    }
    single = {(group, field) for (group, field), indexes in OVERRIDES.items() if indexes}
    begins = single | {(group, first) for group, first, _ in composite}
    assert {field for group, field in begins if group in ("orders", "customers")}.isdisjoint(rising)
    assert {(group, second) for group, first, second in composite if first == "slot"} == {
        ("orders", "awaitingSince"),
        ("orders", "missingSince"),
    }
    assert {(group, second) for group, first, second in composite if first == "storeSlot"} == {
        ("orders", "missingSince"),
        ("orders", "countsIn"),
        ("customers", "registeredAt"),
        ("customers", "firstOrderAt"),
        ("customers", "lastOrderAt"),
    }


def test_collections_that_orders_are_written_to_are_indexed_by_that_rule() -> None:
    documents = WatchedDocuments()
    apply_typical(documents, 30)
    assert {"orders", "months", "productMonths", "customers"} <= documents.collections
    assert documents.collections - GROUPS == set()
