"""What a recount's queries need: the emulator answers them without."""

import json
from typing import Any

import pytest

from emulator.options import REPOSITORY

DECLARED: dict[str, Any] = json.loads((REPOSITORY / "infra" / "firestore.indexes.json").read_text())
OVERRIDES = {
    (entry["collectionGroup"], entry["fieldPath"]): entry["indexes"] for entry in DECLARED["fieldOverrides"]
}


def test_orders_of_a_month_are_found_by_one_index() -> None:
    assert OVERRIDES["orders", "month"] == [{"order": "ASCENDING", "queryScope": "COLLECTION"}]


@pytest.mark.parametrize(
    ("group", "field"),
    [
        ("orders", "customerId"),
        ("orders", "couponCode"),
        ("customers", "registeredAt"),
        ("customers", "lastOrderAt"),
    ],
)
def test_what_a_recount_searches_keeps_its_automatic_index(group: str, field: str) -> None:
    assert (group, field) not in OVERRIDES


@pytest.mark.parametrize("field", ["report", "unfinished"])
def test_reports_are_not_indexed(field: str) -> None:
    assert OVERRIDES["reconciliations", field] == []
