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
    PARTLY_REFUNDED = "PARTLY_REFUNDED"


class Meaning(StrEnum):
    """What a fact means for the figures now."""

    PLACED = "The order was placed. It counts on this day, whatever comes of it."
    DESCRIBED = "An event described the order as it is now. It replaced what earlier ones said."
    CREATED = "An event said that the order was created. It moves no figure."
    PROGRESSED = (
        "By then the order was paid, or on its way, such as packed. It moves no figure; the order no longer"
        " waits for its payment."
    )
    PAID = "The order was paid. It moves no figure; the order no longer waits for its payment."
    OVERDUE = "The order was not paid in time. It counts as expired."
    OVERDUE_AND_PAID = "The order seemed unpaid. A payment made earlier took this back: it has not expired."
    EXPIRED = "The order expired, and counts as such for ever, even if it is paid later."
    COMPLETED = "The order was completed. Its sale counts."
    COMPLETED_AND_REFUNDED = (
        "The order was completed. The refund at the same time or later took its sale back."
    )
    PARTLY_REFUNDED = (
        "A part of the order was refunded. While its sale counts, it is less by that, but never below"
        " nothing."
    )
    REFUNDED = "The order was refunded, and counts as such for ever. Its sale does not count."
    REFUNDED_AND_COMPLETED = (
        "The order was refunded, and counts as such for ever. Completed later, it is a sale."
    )


class Why(StrEnum):
    """The rule by which an order's sale counts, or does not."""

    MISSING = "Only statuses are known of this order, so it counts nowhere until its creation comes."
    COMPLETED = "Its sale counts: it was completed and not refunded since."
    COMPLETED_AGAIN = "Its sale counts: it was completed after it was refunded."
    REFUNDED = "Its sale does not count: it was refunded when it was completed, or later."
    NOT_COMPLETED = "Its sale does not count: it was not completed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to an order.

    event_id: the event that described it.
    refund_id: of a refund of a part; `amount_minor` is what was given back, in minor units.
    """

    at: datetime
    what: Status | Happened
    meaning: Meaning
    event_id: str | None = None
    refund_id: str | None = None
    amount_minor: int | None = None


def history(facts: OrderFacts) -> list[Fact]:
    """Return the facts in the order in which they happened; of some at one time, the earlier step first."""
    return sorted(happened(facts), key=lambda fact: (fact.at, _STEPS.index(fact.what)))


def why(facts: OrderFacts) -> Why:
    """Return by which rule the order's sale counts, or does not."""
    if facts.snapshot is None:
        return Why.MISSING
    if facts.sale_counts:
        return Why.COMPLETED_AGAIN if Status.REFOUNDED in facts.statuses else Why.COMPLETED
    return Why.REFUNDED if Status.COMPLETED in facts.statuses else Why.NOT_COMPLETED


_STEPS: tuple[Status | Happened, ...] = (
    Happened.PLACED,
    Happened.DESCRIBED,
    Status.CREATED,
    Happened.PROGRESSED,
    Status.PAID,
    Happened.OVERDUE,
    Status.EXPIRED,
    Status.COMPLETED,
    Happened.PARTLY_REFUNDED,
    Status.REFOUNDED,
)


def happened(facts: OrderFacts) -> Iterator[Fact]:
    """Yield the facts in no order."""
    if facts.snapshot is not None:
        stamp = facts.snapshot.stamp
        yield Fact(at=facts.snapshot.created_at, what=Happened.PLACED, meaning=Meaning.PLACED)
        yield Fact(
            at=stamp.occurred_at,
            what=Happened.DESCRIBED,
            meaning=Meaning.DESCRIBED,
            event_id=stamp.event_id,
        )
    for status, at in facts.statuses.items():
        yield Fact(at=at, what=status, meaning=_meaning(status, facts))
    for refund_id, refund in facts.refunds.items():
        yield Fact(
            at=refund.at,
            what=Happened.PARTLY_REFUNDED,
            meaning=Meaning.PARTLY_REFUNDED,
            refund_id=refund_id,
            amount_minor=refund.amount_minor,
        )
    if facts.progressed_at is not None and facts.progressed_at not in _progress_with_a_name(facts):
        yield Fact(at=facts.progressed_at, what=Happened.PROGRESSED, meaning=Meaning.PROGRESSED)
    if facts.overdue_at is not None:
        meaning = Meaning.OVERDUE if facts.has_expired else Meaning.OVERDUE_AND_PAID
        yield Fact(at=facts.overdue_at, what=Happened.OVERDUE, meaning=meaning)


def _progress_with_a_name(facts: OrderFacts) -> set[datetime]:
    steps = {at for status, at in facts.statuses.items() if status not in (Status.CREATED, Status.EXPIRED)}
    return steps | {refund.at for refund in facts.refunds.values()}


def _meaning(status: Status, facts: OrderFacts) -> Meaning:
    match status:
        case Status.COMPLETED:
            return Meaning.COMPLETED if facts.sale_counts else Meaning.COMPLETED_AND_REFUNDED
        case Status.REFOUNDED:
            return Meaning.REFUNDED_AND_COMPLETED if facts.sale_counts else Meaning.REFUNDED
        case Status.EXPIRED:
            return Meaning.EXPIRED
        case Status.PAID:
            return Meaning.PAID
        case Status.CREATED:
            return Meaning.CREATED
