"""Builders of dead letters."""

from typing import Any

from shared.dead_letters.letter import DeadLetter, LetterRecord
from tests.builders import NOON


def a_letter(**changed: Any) -> DeadLetter:
    fields: dict[str, Any] = {
        "source_topic": "order-created",
        "function": "order_created",
        "reason": "r",
        "data": b"{}",
        "attributes": {"a": "1", "b": "2"},
    }
    return DeadLetter(**fields | changed)


def a_record(**changed: Any) -> LetterRecord:
    fields: dict[str, Any] = {
        "letter_id": "0" * 64,
        "source_topic": "order-created",
        "function": "order_created",
        "reason": "r",
        "size_bytes": 2,
        "first_at": NOON,
        "last_at": NOON,
    }
    return LetterRecord(**fields | changed)
