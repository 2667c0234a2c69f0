"""A field that orders write is indexed only where a query needs it, and what is exempt is what is written.

Each index entry makes a commit larger and slower. Maps and lists would reach Firestore's 40,000 entries of a
document; a time that rises from document to document holds the writes of a collection to 500 a second.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from emulator.documents import MemoryDocuments
from infra.cost import apply_typical
from shared.documents.store import Committed, Write
from shared.domain.tallies import TALLIES
from tests.infra.configuration import ROOT
from tests.infra.queries import record

DECLARED: dict[str, Any] = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())
OVERRIDES = {
    (entry["collectionGroup"], entry["fieldPath"]): entry["indexes"] for entry in DECLARED["fieldOverrides"]
}
RISING_AND_SEARCHED = {("orders", "awaitingSince"), ("customers", "lastOrderAt")}
"""The expiry of unpaid orders and the recount of customers need them: walls in infra/CAPACITY.md."""

ELSEWHERE = {
    "baskets",
    "deadLetterParts",
    "deadLetters",
    "lookupCalls",
    "lookups",
    "outbox",
    "reconciliations",
}
"""Collections that no order is written to."""


class WatchedDocuments(MemoryDocuments):
    """Keeps what every field held at any time: {collection: {field: values}}."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))

    def commit(self, writes: Sequence[Write]) -> Committed:
        committed = super().commit(writes)
        for write in writes:
            for name, value in self.documents[write.path].items():
                self.held[write.path[-2]][name].append(value)
        return committed


def typical() -> dict[str, dict[str, list[Any]]]:
    documents = WatchedDocuments()
    apply_typical(documents, 30)
    return documents.held


WRITTEN = typical()


COUNTERS = {(tally.collection, counter) for tally in TALLIES for counter in tally.counters}


def test_a_field_is_exempt_unless_a_query_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {
        (need.group, path)
        for need in (recorded.need for recorded in record(monkeypatch))
        if not need.is_composite
        for path in (*need.equal, *(field.path for field in need.ordered))
    }
    written = {(collection, name) for collection, fields in WRITTEN.items() for name in fields} | COUNTERS
    assert {("months", "days"), ("productMonths", "productName"), ("orders", "items")} <= written
    indexed = {field for field in written if OVERRIDES.get(field) != []}
    assert indexed - needed == set()


def test_firestore_takes_so_many_exemptions() -> None:
    assert len(OVERRIDES) <= 200


def test_every_time_that_rises_is_exempt_but_where_a_query_needs_it() -> None:
    rising = {
        (collection, name)
        for collection, fields in WRITTEN.items()
        for name, values in fields.items()
        if name.endswith("OrderAt") or any(isinstance(value, datetime) for value in values)
    }
    assert {field for field in rising if OVERRIDES.get(field) != []} == RISING_AND_SEARCHED


def test_every_exempt_field_is_written() -> None:
    code = [ast.parse(path.read_text()) for path in (ROOT / "shared").rglob("*.py")]
    nodes = [node for tree in code for node in ast.walk(tree)]
    names = {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    names |= {str(node.arg) for node in nodes if isinstance(node, ast.keyword)}
    for collection, field in OVERRIDES:
        assert collection in names
        if collection not in ELSEWHERE and (field in WRITTEN[collection] or (collection, field) in COUNTERS):
            continue
        assert (collection, field) in {("customers", "profile"), ("customers", "profileAskedAt")} or (
            collection in ELSEWHERE and field in names
        ), f"nothing writes {field} to {collection}"
