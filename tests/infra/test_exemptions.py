"""What is exempt from indexing is what the code writes, and all that must be is exempt.

Maps and lists would reach Firestore's 40,000 entries of a document; a time that rises from document to
document holds the writes of a collection to 500 a second, so it is indexed only where a query needs it.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from emulator.documents import MemoryDocuments
from infra.cost import apply_typical
from shared.documents.store import Committed, Write
from tests.infra.configuration import ROOT

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


def test_every_map_and_list_of_an_order_is_exempt() -> None:
    nested = {
        (collection, name)
        for collection, fields in WRITTEN.items()
        for name, values in fields.items()
        if any(isinstance(value, dict | list) for value in values)
    }
    assert {("months", "days"), ("productMonths", "days"), ("orders", "items")} <= nested
    assert [field for field in nested if OVERRIDES.get(field) != []] == []


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
        if collection not in ELSEWHERE and field in WRITTEN[collection]:
            continue
        assert (collection, field) in {("customers", "profile"), ("customers", "profileAskedAt")} or (
            collection in ELSEWHERE and field in names
        ), f"nothing writes {field} to {collection}"
