"""Each query of the code has the index that Firestore will ask for; the emulator answers it without."""

from __future__ import annotations

import ast
import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from tests.infra.configuration import ROOT
from tests.infra.queries import Field, Need, Recorded, record

DECLARED: dict[str, Any] = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())
ADAPTERS = ROOT / "shared" / "adapters" / "firestore"
INDEXES = [
    (
        index["collectionGroup"],
        index["queryScope"],
        [Field(field["fieldPath"], field.get("order") or field["arrayConfig"]) for field in index["fields"]],
    )
    for index in DECLARED["indexes"]
]
OVERRIDES = {
    (entry["collectionGroup"], entry["fieldPath"]): entry["indexes"] for entry in DECLARED["fieldOverrides"]
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    return record(monkeypatch)


def test_every_query_has_its_index(asked: list[Recorded]) -> None:
    assert [recorded.need for recorded in asked if not is_served(recorded.need)] == []


def test_every_index_has_its_query(asked: list[Recorded]) -> None:
    unused = [index for index in INDEXES if not any(recorded.need.is_met_by(*index) for recorded in asked)]
    assert unused == []


def test_every_query_of_the_adapters_was_asked(asked: list[Recorded]) -> None:
    at_work = {place for recorded in asked for place in recorded.functions}
    written = {
        (path.name, function.name)
        for path in ADAPTERS.glob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and _asks(function)
    }
    assert written - at_work == set()
    assert written


def test_a_missing_index_is_seen() -> None:
    ordered = (Field("totalSales", "DESCENDING"), Field("city", "ASCENDING"))
    assert not is_served(Need("customers", "COLLECTION", frozenset(), ordered))
    assert not is_served(Need("months", "COLLECTION", frozenset({"days"}), ()))
    assert not is_served(Need("orders", "COLLECTION_GROUP", frozenset({"customerId"}), ()))
    assert not is_served(Need("orders", "COLLECTION", frozenset(), (Field("customerId", "CONTAINS"),)))
    assert not is_served(Need("orders", "COLLECTION", frozenset({"formerCustomers"}), ()))
    assert not is_served(Need("customers", "COLLECTION", frozenset({"profile.name"}), ()))


def test_nothing_else_in_the_code_queries() -> None:
    elsewhere = [
        path
        for folder in ("functions", "shared")
        for path in (ROOT / folder).rglob("*.py")
        if ADAPTERS not in path.parents and {"order_by(", ".where("} & set(_words(path))
    ]
    assert elsewhere == []


def is_served(need: Need) -> bool:
    if need.is_composite:
        return any(need.is_met_by(*index) for index in INDEXES)
    fields = [Field(path, "ASCENDING") for path in need.equal] + list(need.ordered)
    return all(_has_index(need, field) for field in fields)


def _has_index(need: Need, field: Field) -> bool:
    if "__name__" in field.path:
        return field.order == "ASCENDING"
    # A field of a map is indexed as the map is.
    parents = accumulate(field.path.split("."), "{}.{}".format)
    places = [OVERRIDES.get((need.group, path)) for path in (*reversed([*parents]), "*")]
    override = next((place for place in places if place is not None), None)
    if override is None:
        return need.scope == "COLLECTION"
    return any(
        (one["queryScope"], one.get("order", one.get("arrayConfig"))) == (need.scope, field.order)
        for one in override
    )


def _asks(function: ast.FunctionDef) -> bool:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    return bool(names & {"stream", "_stream", "_pages", "_page", "count"})


def _words(path: Path) -> list[str]:
    text = path.read_text()
    return [word for word in ("order_by(", ".where(") if word in text]
