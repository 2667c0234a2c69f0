"""Count one list of lines: what can be read in as few commits as can be, the rest refused line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry

from shared.changes import Change
from shared.domain.customer_state import CustomerState
from shared.errors import CacheUnavailable, PermanentError, StoreUnavailable, TransientError
from shared.importing.batches import Batch, Line
from shared.importing.lines import read_line
from shared.ledger import Ledger, Outcome

_PATIENCE_S = 120.0
"""Of one list, before the import ends and is to be gone on with by hand."""

Renew = Callable[[str, Mapping[str, CustomerState | None]], None]
"""Brings the cards of a store's customers up to date; its errors are TransientErrors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that was not counted, and why."""

    line: Line
    reason: str


@dataclass(slots=True, kw_only=True)
class Counted:
    """What became of a list.

    `outcomes` are how many lines were "applied", "duplicate", "ignored" or "refused"; a blank one is nothing.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    cards_renewed: bool = True


class BatchCounter:
    """Counts lists of lines. Safe to share between threads.

    Args:
        ledger: what counts.
        renew: None where no cache is known.
        store_id: the store of all lines; None where each names its own.
        stopped: set once nothing more is to be tried again.
    """

    def __init__(
        self, ledger: Ledger, renew: Renew | None, store_id: str | None, stopped: Event | None = None
    ) -> None:
        self._ledger = ledger
        self._renew = renew
        self._store_id = store_id
        self._stopped = stopped or Event()

    def count(self, batch: Batch) -> Counted:
        """Count the lines; those that can't be never stand in the way of the others.

        Raises:
            TransientError: some may not be counted; counting the whole list again does no harm.
        """
        counted, read, now = Counted(), [], datetime.now(UTC)
        for line in batch:
            if not line.content:
                continue
            try:
                change = read_line(line.content, self._store_id, now)
            except PermanentError as error:
                counted.refusals.append(Refusal(line=line, reason=str(error)))
                continue
            if change is None:
                counted.outcomes["ignored"] += 1
            else:
                read.append((line, change))
        applied = self._apply(read, counted)
        counted.refusals.sort(key=lambda refusal: refusal.line.number)
        counted.outcomes.update({"refused": len(counted.refusals)} if counted.refusals else {})
        counted.cards_renewed = self._renew_cards(applied)
        return counted

    def _apply(self, lines: Sequence[tuple[Line, Change]], counted: Counted) -> list[tuple[str, Outcome]]:
        """Apply all in one commit; where one is refused, each half by itself, so that it alone stays out."""
        if not lines:
            return []
        try:
            outcomes = self._patiently([change for _, change in lines])
        except PermanentError as error:
            if len(lines) == 1:
                counted.refusals.append(Refusal(line=lines[0][0], reason=str(error)))
                return []
            half = len(lines) // 2
            return self._apply(lines[:half], counted) + self._apply(lines[half:], counted)
        counted.outcomes.update(outcome.result for outcome in outcomes)
        return [(change.store_id, outcome) for (_, change), outcome in zip(lines, outcomes, strict=True)]

    def _patiently(self, changes: Sequence[Change]) -> list[Outcome]:
        retry = Retry(
            predicate=lambda error: isinstance(error, TransientError) and not self._stopped.is_set(),
            initial=0.5, maximum=10.0, timeout=_PATIENCE_S,
        )  # fmt: skip
        try:
            return retry(self._ledger.apply)(changes)
        except RetryError as error:
            raise StoreUnavailable(f"nothing was counted for {_PATIENCE_S} s: {error.cause}") from error

    def _renew_cards(self, applied: Sequence[tuple[str, Outcome]]) -> bool:
        """Renew the customers' cards; they hold no figures of their own, so without a cache all goes on."""
        if self._renew is None:
            return False
        customers: dict[str, dict[str, CustomerState | None]] = {}
        for store_id, outcome in applied:
            states = customers.setdefault(store_id, {})
            for customer_id, state in outcome.customers.items():
                states[customer_id] = state or states.get(customer_id)
        try:
            for store_id, states in customers.items():
                self._renew(store_id, states)
        except CacheUnavailable:
            return False
        return True
