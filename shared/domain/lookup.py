"""Decide what a customer lookup does next, from what is stored about its identifier. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

UNKNOWN_FOR = timedelta(minutes=1)
"""The longest that "no such customer" is trusted: people register at the till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API answered to a call at `asked_at`. `profile` is None for an unknown customer."""

    asked_at: datetime
    profile: Mapping[str, str | None] | None

    @property
    def customer_id(self) -> str | None:
        return self.profile["customerId"] if self.profile else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEntry:
    """The newest answer, how long another lookup holds the lease to ask, and when the last one failed."""

    answer: Answer | None = None
    leased_until: datetime | None = None
    failed_at: datetime | None = None


class NextStep(Enum):
    USE = auto()
    """The answer is fresh."""

    CALL = auto()
    """Take the lease, then ask the API."""

    WAIT = auto()
    """Another lookup is asking."""

    FAIL = auto()
    """Another lookup asked meanwhile and got no answer."""


def next_step(
    entry: LookupEntry,
    *,
    now: datetime,
    began: datetime,
    started_at: datetime,
    ttl: timedelta,
    kept_for: timedelta,
) -> NextStep:
    """Return what to do next.

    Args:
        entry: what is stored.
        now: the time.
        began: when this attempt to find the customer began.
        started_at: when the basket started. Later answers are fresh whatever the ttl, so that a redelivery
            does not repeat a call.
        ttl: how long a customer's data stays fresh.
        kept_for: how long an answer may be used at all.
    """
    answer = entry.answer
    if answer is not None and is_usable(answer, now, kept_for):
        fresh_for = ttl if answer.profile else min(ttl, UNKNOWN_FOR)
        if answer.asked_at >= started_at or now - answer.asked_at < fresh_for:
            return NextStep.USE
    if entry.failed_at is not None and entry.failed_at >= began:
        return NextStep.FAIL
    if entry.leased_until is not None and entry.leased_until > now:
        return NextStep.WAIT
    return NextStep.CALL


def is_usable(answer: Answer, now: datetime, kept_for: timedelta) -> bool:
    """Whether the answer is young enough to use while the API is down."""
    return now - answer.asked_at < kept_for
