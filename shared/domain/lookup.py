"""What is remembered of looking up one identifier, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

UNKNOWN_FOR = timedelta(minutes=1)
"""How long "no such customer" is believed, at most: people register at the till."""

KEPT_FOR = timedelta(days=30)
"""How old an answer may be that stands in for an API that is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API said. `asked_at` is when it was asked; `profile` is None for an unknown customer."""

    asked_at: datetime
    profile: Mapping[str, str | None] | None

    @property
    def customer_id(self) -> str | None:
        return self.profile["customerId"] if self.profile else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEntry:
    """The newest answer, who is asking now (until when at most), and the last failure to get one."""

    answer: Answer | None = None
    leased_until: datetime | None = None
    failed_at: datetime | None = None


class NextStep(Enum):
    USE = auto()
    """The answer is fresh."""

    CALL = auto()
    """Ask the API, once the lease is had."""

    WAIT = auto()
    """Somebody else is asking."""

    FAIL = auto()
    """Somebody else asked meanwhile and got no answer."""


def next_step(
    entry: LookupEntry, *, now: datetime, began: datetime, started_at: datetime, ttl: timedelta
) -> NextStep:
    """Return what to do next.

    Args:
        entry: what is remembered.
        now: the time.
        began: when this attempt to find the customer began.
        started_at: when the basket started. An answer asked for later than that is fresh for it, whatever
            the ttl: so a redelivery never asks again what was answered.
        ttl: how long a customer's data are fresh.
    """
    answer = entry.answer
    if answer is not None and is_usable(answer, now):
        fresh_for = ttl if answer.profile else min(ttl, UNKNOWN_FOR)
        if answer.asked_at >= started_at or now - answer.asked_at < fresh_for:
            return NextStep.USE
    if entry.failed_at is not None and entry.failed_at >= began:
        return NextStep.FAIL
    if entry.leased_until is not None and entry.leased_until > now:
        return NextStep.WAIT
    return NextStep.CALL


def is_usable(answer: Answer, now: datetime) -> bool:
    """Whether the answer is young enough to stand in for none."""
    return now - answer.asked_at < KEPT_FOR
