"""Operations: unpaid orders expire, events that a crash left behind are published, dead letters are kept."""

from flask import Blueprint

from shared import runtime
from shared.entry.delivery import Message, receives
from shared.entry.web import entry_point


@entry_point
def expire_unpaid() -> tuple[Blueprint, ...]:
    from shared.entry.routes import expiry

    return (expiry.routes,)


@entry_point
def sweep_baskets() -> tuple[Blueprint, ...]:
    from shared.entry.routes import sweep

    return (sweep.routes,)


@receives
def dead_letter_received(message: Message) -> dict[str, object]:
    """Keep a dead letter. Any failure has it delivered again: there is no further topic to turn to."""
    from shared.dead_letters.letter import read_dead_letter

    letter = read_dead_letter(message.data, message.attributes)
    record, is_new = runtime.dead_letter_box().take(letter, message.message_id, message.published_at)
    return {
        "outcome": "kept" if is_new else "duplicate",
        "deadLetterId": record.letter_id,
        "refusedBy": record.function,
        "reason": record.reason,
        "count": record.count,
    }
