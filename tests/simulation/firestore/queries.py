"""Structured queries: which documents match, in which order, and what of them is returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore_v1.types import StructuredQuery

from tests.simulation.firestore.documents import DocumentPb, Version
from tests.simulation.firestore.values import NULL, Key, find, key_of, parts_of
from tests.simulation.violation import NotSimulated

_Op = StructuredQuery.FieldFilter.Operator
_DESCENDING = StructuredQuery.Direction.DESCENDING
_MOST_VALUES = 30

Test = Callable[[Version], bool]
Order = list[tuple[str, bool]]
"""Field paths, and whether each goes down."""


def select(query: Any, versions: Iterable[Version]) -> list[Any]:
    """Return the documents that the query finds among the versions, in its order and with its fields."""
    tests, inequalities = [], []
    for one in _filters(query.where):
        tests.append(_test(one))
        if _Op(one.op) not in (_Op.EQUAL, _Op.IN, _Op.ARRAY_CONTAINS):
            inequalities.append(one.field.field_path)
    order = _order(query, inequalities)
    rows = [version for version in versions if all(test(version) for test in tests)]
    rows = [row for row in rows if all(row.key(path) is not None for path, _ in order)]
    for path, descending in reversed(order):
        rows.sort(key=partial(Version.sort_key, path=path), reverse=descending)
    rows = _between(rows, order, query)
    if query.HasField("limit"):
        rows = rows[: query.limit.value]
    paths = [one.field_path for one in query.select.fields]
    return [masked(row.document, paths) for row in rows]


def masked(document: Any, paths: Sequence[str]) -> Any:
    """Return the document with these fields alone; with all of them if none is named."""
    if not paths:
        return document
    kept = DocumentPb(name=document.name)
    kept.create_time.CopyFrom(document.create_time)
    kept.update_time.CopyFrom(document.update_time)
    for path in paths:
        if (value := find(document, path)) is None:
            continue
        target = kept.fields
        *parents, last = parts_of(path)
        for parent in parents:
            target = target[parent].map_value.fields
        target[last].CopyFrom(value)
    return kept


def _filters(where: Any) -> list[Any]:
    match where.WhichOneof("filter_type"):
        case None:
            return []
        case "composite_filter":
            if where.composite_filter.op != StructuredQuery.CompositeFilter.Operator.AND:
                raise NotSimulated("the code under test joins filters by AND alone")
            return [one for inner in where.composite_filter.filters for one in _filters(inner)]
        case "field_filter":
            return [where.field_filter]
        case other:
            raise NotSimulated(f"a filter of type {other}")


def _test(one: Any) -> Test:
    path, op = one.field.field_path, _Op(one.op)
    if op is _Op.IN:
        if len(one.value.array_value.values) > _MOST_VALUES:
            raise exceptions.InvalidArgument(f"'IN' supports up to {_MOST_VALUES} comparison values.")
        wanted = [key_of(value) for value in one.value.array_value.values]
        return lambda version: version.key(path) in wanted
    theirs = key_of(one.value)
    if op is _Op.ARRAY_CONTAINS:
        return lambda version: theirs in version.elements(path)
    if op is _Op.EQUAL:
        return lambda version: version.key(path) == theirs
    if op is _Op.NOT_EQUAL:
        return lambda version: version.key(path) not in (None, NULL, theirs)
    compare: Callable[[Key], bool] = {
        _Op.LESS_THAN: lambda mine: mine < theirs,
        _Op.LESS_THAN_OR_EQUAL: lambda mine: mine <= theirs,
        _Op.GREATER_THAN: lambda mine: mine > theirs,
        _Op.GREATER_THAN_OR_EQUAL: lambda mine: mine >= theirs,
    }[op]

    def test(version: Version) -> bool:
        mine = version.key(path)
        return mine is not None and mine[0] == theirs[0] and compare(mine)

    return test


def _order(query: Any, inequalities: Sequence[str]) -> Order:
    order = [(one.field.field_path, one.direction == _DESCENDING) for one in query.order_by]
    if not order:
        order = [(path, False) for path in dict.fromkeys(inequalities)]
    if all(path != "__name__" for path, _ in order):
        order.append(("__name__", order[-1][1] if order else False))
    return order


def _between(rows: list[Version], order: Order, query: Any) -> list[Version]:
    if query.HasField("start_at"):
        first = 0 if query.start_at.before else 1
        cursor = _cursor(query.start_at)
        rows = [row for row in rows if _side(row, order, cursor) >= first]
    if query.HasField("end_at"):
        last = -1 if query.end_at.before else 0
        cursor = _cursor(query.end_at)
        rows = [row for row in rows if _side(row, order, cursor) <= last]
    return rows


def _cursor(cursor: Any) -> list[Key]:
    return [key_of(value) for value in cursor.values]


def _side(row: Version, order: Order, cursor: Sequence[Key]) -> int:
    """Return -1 before the cursor, 0 at it, 1 after it."""
    for (path, descending), theirs in zip(order, cursor, strict=False):
        mine = row.key(path)
        if mine is not None and mine != theirs:
            return -1 if (mine < theirs) is not descending else 1
    return 0
