"""What the queries of operations need: the emulator answers them without."""

import json
from typing import Any

import pytest

from emulator.options import REPOSITORY

DECLARED: dict[str, Any] = json.loads((REPOSITORY / "infra" / "firestore.indexes.json").read_text())


def override(group: str, field: str) -> dict[str, Any]:
    (found,) = [
        entry
        for entry in DECLARED["fieldOverrides"]
        if (entry["collectionGroup"], entry["fieldPath"]) == (group, field)
    ]
    return dict(found)


def test_letters_of_a_state_are_found_newest_first() -> None:
    fields = [{"fieldPath": "state", "order": "ASCENDING"}, {"fieldPath": "lastAt", "order": "DESCENDING"}]
    index = {"collectionGroup": "deadLetters", "queryScope": "COLLECTION", "fields": fields}
    assert index in DECLARED["indexes"]


@pytest.mark.parametrize("group", ["deadLetters", "deadLetterParts"])
def test_letters_are_deleted_once_they_expire(group: str) -> None:
    assert override(group, "expiresAt") == {
        "collectionGroup": group,
        "fieldPath": "expiresAt",
        "ttl": True,
        "indexes": [],
    }
