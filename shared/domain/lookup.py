"""Decide what a customer lookup does next, from what is stored about its identifier. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

UNKNOWN_FOR = timedelta(minutes=1)
"""The longest that "no such customer" is trusted: people register at the till. So is a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API answered to a call at `asked_at`. `profile` is None for an unknown customer."""

    asked_at: datetime
    profile: Mapping[str, Any] | None
    call_id: str | None = None

    @property
    def customer_id(self) -> str | None:
        return self.profile["customerId"] if self.profile else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupEntry:
    """What is remembered of an identifier.

    That is the newest answer, how long another lookup holds the lease to ask, when the last one failed, and
    when the API last refused to answer.
    """

    answer: Answer | None = None
    leased_until: datetime | None = None
    failed_at: datetime | None = None
    refused_at: datetime | None = None

    def is_refused(self, now: datetime, ttl: timedelta) -> bool:
        """Whether the API need not be asked: a moment ago it refused, and would again."""
        return self.refused_at is not None and now - self.refused_at < min(ttl, UNKNOWN_FOR)

    def with_answer_for(self, answer: Answer) -> LookupEntry:
        """Return the entry with the answer to a call about another identifier of the same customer.

        What the API itself said of this identifier, later or about another customer, stands.
        """
        stands = self.answer
        if stands and (
            stands.asked_at > answer.asked_at or stands.customer_id not in (None, answer.customer_id)
        ):
            return self
        return replace(self, answer=answer)


class NextStep(Enum):
    USE = auto()
    """The answer is fresh."""

    CALL = auto()
    """Take the lease, then ask the API."""

    WAIT = auto()
    """Another lookup is asking."""

    FAIL = auto()
    """Another lookup asked meanwhile and got no answer, or a moment ago and was refused."""


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
    if entry.is_refused(now, ttl) or (entry.failed_at is not None and entry.failed_at >= began):
        return NextStep.FAIL
    if entry.leased_until is not None and entry.leased_until > now:
        return NextStep.WAIT
    return NextStep.CALL


def is_usable(answer: Answer, now: datetime, kept_for: timedelta) -> bool:
    """Whether the answer is young enough to use while the API is down."""
    return now - answer.asked_at < kept_for
