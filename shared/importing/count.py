"""Count one list of lines: what can be read in as few commits as can be, the rest refused line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.domain.changes import Change
from shared.domain.customer_state import CustomerState
from shared.errors import ListRefused, PermanentError, StoreUnavailable, TransientError
from shared.importing.batches import Line
from shared.importing.lines import read_line
from shared.ledger.ledger import Ledger, Outcome

_PATIENCE_S = 120.0
"""Of one list, before the import ends and is to be gone on with by hand."""

_CARDS_PATIENCE_S = 10.0

Renew = Callable[[str, Mapping[str, CustomerState | None]], None]
"""Brings the cards of a store's customers up to date; its errors are TransientErrors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that was not counted, and why."""

    line: Line
    reason: str


@dataclass(slots=True, kw_only=True)
class Counted:
    """What became of lines.

    `outcomes` are how many were "applied", "duplicate", "ignored" or "refused"; a blank one is nothing.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    cards_renewed: bool = True

    def refuse(self, line: Line, error: PermanentError) -> None:
        self.outcomes["refused"] += 1
        self.refusals.append(Refusal(line=line, reason=str(error)))

    def add(self, other: Counted) -> None:
        """Take in what became of other lines of the same part of the file."""
        self.outcomes += other.outcomes
        self.refusals = sorted([*self.refusals, *other.refusals], key=lambda refusal: refusal.line.number)
        self.cards_renewed = self.cards_renewed and other.cards_renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line and the change that it asks for."""

    line: Line
    change: Change

    @property
    def data(self) -> bytes:
        return self.line.data


def read_all(lines: Iterable[Line], store_id: str | None, now: datetime) -> tuple[list[ReadLine], Counted]:
    """Return the lines that ask for a change, and what became of the others."""
    read, others = [], Counted()
    for line in lines:
        if not line.content:
            continue
        try:
            change = read_line(line.content, store_id, now)
        except PermanentError as error:
            others.refuse(line, error)
            continue
        if change is None:
            others.outcomes["ignored"] += 1
        else:
            # One order that is known would make the whole list's commit vain: look first, always.
            read.append(ReadLine(line=line, change=replace(change, creates=False)))
    return read, others


class BatchCounter:
    """Counts lists of lines. Safe to share between threads.

    Args:
        ledger: what counts.
        renew: None where no cache is known.
        stopped: set once nothing more is to be tried again.
    """

    def __init__(self, ledger: Ledger, renew: Renew | None, stopped: Event | None = None) -> None:
        self._ledger = ledger
        self._renew = renew
        self._stopped = stopped or Event()

    def count(self, lines: Sequence[ReadLine]) -> Counted:
        """Count the lines; one that can't be never stands in the way of the others.

        Raises:
            TransientError: some may not be counted; counting the whole list again does no harm.
        """
        counted = Counted()
        applied = self._apply(lines, counted)
        counted.cards_renewed = self._renew_cards(applied)
        return counted

    def _apply(self, lines: Sequence[ReadLine], counted: Counted) -> list[tuple[str, Outcome]]:
        """Apply all in one commit, or each half by itself: what is wrong alone stays out."""
        try:
            outcomes = self._patiently([read.change for read in lines])
        except (PermanentError, ListRefused) as error:
            if len(lines) == 1:
                if not isinstance(error, PermanentError):
                    raise
                counted.refuse(lines[0].line, error)
                return []
            half = len(lines) // 2
            return self._apply(lines[:half], counted) + self._apply(lines[half:], counted)
        counted.outcomes.update(outcome.result for outcome in outcomes)
        return [(read.change.store_id, outcome) for read, outcome in zip(lines, outcomes, strict=True)]

    def _patiently(self, changes: Sequence[Change]) -> list[Outcome]:
        retry = Retry(
            predicate=self._is_worth_a_try,
            initial=0.5, maximum=10.0, timeout=_PATIENCE_S,
        )  # fmt: skip
        try:
            return retry(self._ledger.apply)(changes)
        except RetryError as error:
            raise StoreUnavailable(f"nothing was counted for {_PATIENCE_S} s: {error.cause}") from error

    def _is_worth_a_try(self, error: BaseException) -> bool:
        passes = isinstance(error, TransientError) and not isinstance(error, ListRefused)
        return passes and not self._stopped.is_set()

    def _renew_cards(self, applied: Sequence[tuple[str, Outcome]]) -> bool:
        """Renew the customers' cards; without a cache all goes on, and is not held up again."""
        if self._renew is None:
            return False
        customers: dict[str, dict[str, CustomerState | None]] = {}
        for store_id, outcome in applied:
            states = customers.setdefault(store_id, {})
            for customer_id, state in outcome.customers.items():
                states[customer_id] = state or states.get(customer_id)
        retry = Retry(
            predicate=if_exception_type(TransientError), initial=0.1, maximum=1.0, timeout=_CARDS_PATIENCE_S
        )
        try:
            for store_id, states in customers.items():
                retry(self._renew)(store_id, states)
        except RetryError:
            self._renew = None
            return False
        return True
