"""What happened to an order, in order, and why its sale counts or not, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.order import OrderFacts, Status


class Happened(StrEnum):
    """What a fact says, where it is no status."""

    PLACED = "PLACED"
    DESCRIBED = "DESCRIBED"
    PROGRESSED = "PROGRESSED"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to an order, and what it means for the figures now."""

    at: datetime
    what: Status | Happened
    meaning: str
    event_id: str | None = None


def history(facts: OrderFacts) -> list[Fact]:
    """Return the facts in the order in which they happened; of some at one time, the earlier step first."""
    steps: list[Status | Happened] = [Happened.PLACED, *_STEPS]
    return sorted(_facts(facts), key=lambda fact: (fact.at, steps.index(fact.what)))


def why(facts: OrderFacts) -> str:
    """Return, in a sentence, whether the order's sale counts and by which rule."""
    if facts.snapshot is None:
        return "Only statuses are known of this order, so it counts nowhere until its creation comes."
    if facts.sale_counts:
        refunded = Status.REFOUNDED in facts.statuses
        after = "completed after it was refunded" if refunded else "completed and not refunded since"
        return f"Its sale counts: it was {after}."
    if Status.COMPLETED in facts.statuses:
        return "Its sale does not count: it was refunded when it was completed, or later."
    return "Its sale does not count: it was not completed."


_STEPS = (
    Happened.DESCRIBED,
    Status.CREATED,
    Happened.PROGRESSED,
    Status.PAID,
    Happened.OVERDUE,
    Status.EXPIRED,
    Status.COMPLETED,
    Status.REFOUNDED,
)


def _facts(facts: OrderFacts) -> Iterator[Fact]:
    if facts.snapshot is not None:
        stamp = facts.snapshot.stamp
        yield Fact(
            at=facts.snapshot.created_at,
            what=Happened.PLACED,
            meaning="The order was placed. It counts on this day, whatever comes of it.",
        )
        yield Fact(
            at=stamp.occurred_at,
            what=Happened.DESCRIBED,
            meaning="An event described the order as it is now. It replaced what earlier ones said.",
            event_id=stamp.event_id,
        )
    for status, at in facts.statuses.items():
        yield Fact(at=at, what=status, meaning=_meaning(status, facts))
    if facts.progressed_at is not None and facts.progressed_at not in _progress_with_a_name(facts):
        yield Fact(
            at=facts.progressed_at,
            what=Happened.PROGRESSED,
            meaning="By then the order was paid, or on its way, such as packed. It moves no figure; the order"
            " no longer waits for its payment.",
        )
    if facts.overdue_at is not None:
        came = (
            "It counts as expired."
            if facts.has_expired
            else "A payment that was made earlier took this back: it does not count as expired."
        )
        yield Fact(
            at=facts.overdue_at, what=Happened.OVERDUE, meaning=f"The order was not paid in time. {came}"
        )


def _progress_with_a_name(facts: OrderFacts) -> set[datetime]:
    return {at for status, at in facts.statuses.items() if status not in (Status.CREATED, Status.EXPIRED)}


def _meaning(status: Status, facts: OrderFacts) -> str:
    match status:
        case Status.COMPLETED if facts.sale_counts:
            return "The order was completed. Its sale counts."
        case Status.COMPLETED:
            return "The order was completed. The refund at the same time or later took its sale back."
        case Status.REFOUNDED if facts.sale_counts:
            return "The order was refunded, and counts as such for ever. Completed later, it is a sale."
        case Status.REFOUNDED:
            return "The order was refunded, and counts as such for ever. Its sale does not count."
        case Status.EXPIRED:
            return "The order expired, and counts as such for ever, even if it is paid later."
        case Status.PAID:
            return "The order was paid. It moves no figure; the order no longer waits for its payment."
        case Status.CREATED:
            return "An event said that the order was created. It moves no figure."
