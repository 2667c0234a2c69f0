"""A GraphQL document is measured with its fragments written out, each fragment once."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query, parse

from shared.entry.graphql_limits import refuse


def doubling(fragments: int) -> str:
    """Return fragments of which each spreads the next one twice: 2 to the power of `fragments` fields."""
    spread = "\n".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(fragments))
    return f"{{ ...f0 }} {spread} fragment f{fragments} on Query {{ __typename }}"


def nested(levels: int) -> str:
    return "{ a" * levels + " }" * levels


def test_fragments_that_double_each_other_count_written_out() -> None:
    assert refuse(parse(doubling(60))) == (
        f"expected an operation of at most 300 fields with its fragments written out, got {2**60}"
    )
    assert refuse(parse(doubling(4))) is None


@pytest.mark.parametrize(
    ("query", "most", "got"),
    [
        (nested(7), "6 levels", 7),
        ("{ a { ...f } } fragment f on Query " + nested(6), "6 levels", 7),
        ("{ ... on Query " + nested(7) + " }", "6 levels", 7),
        ("{ " + "a " * 21 + "}", "20 fields at its root", 21),
        ("{ " + "...f " * 11 + "} fragment f on Query { a b }", "20 fields at its root", 22),
        ("{ a { " + "b " * 300 + "} }", "300 fields with its fragments written out", 301),
        ("query a { a } query b " + nested(7), "6 levels", 7),
    ],
    ids=["nested", "nested in a fragment", "nested inline", "wide", "wide by fragments", "long", "second"],
)
def test_a_document_that_is_too_large_is_refused(query: str, most: str, got: int) -> None:
    assert refuse(parse(query)) == f"expected an operation of at most {most}, got {got}"


@pytest.mark.parametrize(
    "query",
    [
        nested(6),
        "{ " + "a " * 20 + "}",
        get_introspection_query(),
        "{ ...unknown }",
        "{ ...f } fragment f on Query { a { ...f } }",
    ],
    ids=["deep", "wide", "introspection", "unknown fragment", "fragment in itself"],
)
def test_what_is_small_enough_is_left_to_validation(query: str) -> None:
    assert refuse(parse(query)) is None
