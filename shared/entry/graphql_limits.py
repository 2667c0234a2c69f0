"""Limits of a GraphQL document, checked before any rule of validation walks it.

Validation follows a fragment each time that it is spread, so fragments that each spread the next one twice
double its work with each fragment. Here each fragment is measured once.
"""

from __future__ import annotations

from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MOST_TOKENS = 1000
MOST_FIELDS = 300
MOST_AT_ROOT = 20
DEEPEST = 6


class Size(NamedTuple):
    """The size of a selection with its fragments written out; introspection has no depth."""

    fields: int = 0
    at_root: int = 0
    depth: int = 0

    def __or__(self, other: Size) -> Size:
        return Size(self.fields + other.fields, self.at_root + other.at_root, max(self.depth, other.depth))


def refuse(document: DocumentNode) -> str | None:
    """Return what is too large about a document; None if nothing is."""
    measured = _Measured(document)
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        size = measured.size(operation.selection_set)
        for what, most, got in (
            ("fields with its fragments written out", MOST_FIELDS, size.fields),
            ("fields at its root", MOST_AT_ROOT, size.at_root),
            ("levels", DEEPEST, size.depth),
        ):
            if got > most:
                return f"expected an operation of at most {most} {what}, got {got}"
    return None


class _Measured:
    """The fragments of a document, each measured once. A fragment inside itself, or unknown, has no size."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition.selection_set
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}

    def size(self, selected: SelectionSetNode) -> Size:
        total = Size()
        for selection in selected.selections:
            match selection:
                case FieldNode():
                    total |= self._field(selection)
                case InlineFragmentNode():
                    total |= self.size(selection.selection_set)
                case FragmentSpreadNode():
                    total |= self._spread(selection.name.value)
        return total

    def _field(self, field: FieldNode) -> Size:
        inner = self.size(field.selection_set) if field.selection_set else Size()
        # Validation limits the depth of introspection.
        depth = 0 if field.name.value.startswith("__") else 1 + inner.depth
        return Size(fields=1 + inner.fields, at_root=1, depth=depth)

    def _spread(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()
            self._sizes[name] = self.size(self._fragments[name]) if name in self._fragments else Size()
        return self._sizes[name]
