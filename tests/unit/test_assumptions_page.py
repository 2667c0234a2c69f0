"""What docs/ASSUMPTIONS.md names is there: files, tests, and settings of functions, stores and requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import getsource
from typing import NamedTuple

import pytest

from shared import settings
from shared.entry.dashboard_query import DashboardQuery
from shared.entry.store_settings import StoreSettings
from tests import pages

PAGE = "docs/ASSUMPTIONS.md"


class Row(NamedTuple):
    """An assumption."""

    question: str
    choice: str
    where: str
    proof: str


def rows() -> list[Row]:
    lines = [line for line in pages.read(PAGE).splitlines() if line.startswith("| ")]
    cells = [Row(*(cell.strip() for cell in line.strip("| ").split(" | "))) for line in lines]
    return [row for row in cells if row.question not in ("Question", "---")]


def named(text: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(r"`([^`]+)`", text))


def test_the_page_has_every_kind_of_rule() -> None:
    assert len(rows()) > 25


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.question)
def test_the_place_that_sets_a_rule_exists(row: Row) -> None:
    places = [*named(row.where)]
    assert places or "token" in row.where
    for place in places:
        if place.endswith(".py"):
            assert (pages.ROOT / place).is_file(), place
        elif re.fullmatch(r"[A-Z_]+", place):
            suffix = "_WEBHOOK_SECRETS"
            assert f'"{suffix if place.endswith(suffix) else place}"' in getsource(settings), place
    if row.where.startswith("store setting"):
        known = {field.alias or name for name, field in StoreSettings.model_fields.items()}
        assert places[0] in known
    if "parameter" in row.where:
        assert places[-1] in DashboardQuery.model_fields


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.question)
def test_the_test_that_proves_a_rule_exists(row: Row) -> None:
    (proof,) = named(row.proof)
    file, _, test = proof.partition("::")
    assert f"\ndef {test}" in "\n" + (pages.ROOT / file).read_text("utf-8"), proof
