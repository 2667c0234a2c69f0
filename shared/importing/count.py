"""Count a list of lines in as few commits as possible, and refuse each line that can't be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Event

from google.api_core.retry import if_exception_type

from shared.documents.retry import retry
from shared.domain.changes import Change
from shared.domain.customer_state import CustomerState
from shared.errors import PermanentError, TransientError
from shared.importing.batches import Line
from shared.importing.lines import read_line
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome

_PATIENCE_S = 120.0
"""For one list; then the import ends, and the same command continues it."""

_CARDS_PATIENCE_S = 10.0

Redirect = Callable[[Sequence[Change]], list[Change]]
"""Returns changes as they count: for a pseudonym, where a customer was erased. Raises `TransientError`."""

Renew = Callable[[str, Mapping[str, CustomerState | None]], None]
"""Updates the cards of a store's customers. Its errors are `TransientError`s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that was not counted, and why."""

    line: Line
    reason: str


@dataclass(slots=True, kw_only=True)
class Counted:
    """What became of some lines.

    `outcomes` counts those that were "applied", "duplicate", "ignored" or "refused", without blank lines.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    cards_renewed: bool = True

    def refuse(self, line: Line, error: PermanentError) -> None:
        self.outcomes["refused"] += 1
        self.refusals.append(Refusal(line=line, reason=str(error)))

    def add(self, other: Counted) -> None:
        """Add what became of other lines of the same part of the file."""
        self.outcomes += other.outcomes
        self.refusals = sorted([*self.refusals, *other.refusals], key=lambda refusal: refusal.line.number)
        self.cards_renewed = self.cards_renewed and other.cards_renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line, and the change that it asks for."""

    line: Line
    change: Change

    @property
    def data(self) -> bytes:
        return self.line.data


def read_all(
    lines: Iterable[Line], store_id: str | None, now: datetime, unpaid_codes: Collection[int] = ()
) -> tuple[list[ReadLine], Counted]:
    """Return the lines that ask for a change, and what became of the others."""
    read, others = [], Counted()
    for line in lines:
        if not line.content:
            continue
        try:
            change = read_line(line.content, store_id, now, unpaid_codes)
        except PermanentError as error:
            others.refuse(line, error)
            continue
        if change is None:
            others.outcomes["ignored"] += 1
        else:
            # No guess that the order is new: one known order would cost the whole list a second commit.
            read.append(ReadLine(line=line, change=replace(change, creates=False)))
    return read, others


class BatchCounter:
    """Counts lists of lines. Safe to share between threads.

    Args:
        ledger: applies the changes.
        redirect: is asked once for each list.
        renew: None where there is no cache.
        stopped: set it to end the retries.
    """

    def __init__(
        self, ledger: Ledger, redirect: Redirect, renew: Renew | None, stopped: Event | None = None
    ) -> None:
        self._ledger = ledger
        self._redirect = redirect
        self._renew = renew
        self._stopped = stopped or Event()

    def count(self, lines: Sequence[ReadLine]) -> Counted:
        """Count the lines; one that can't be counted is refused and does not affect the others.

        Raises:
            TransientError: some lines may not be counted; counting the whole list again does no harm.
        """
        counted = Counted()
        applied = self._apply(lines, counted)
        counted.cards_renewed = self._renew_cards(applied)
        return counted

    def _apply(self, lines: Sequence[ReadLine], counted: Counted) -> list[tuple[str, Outcome]]:
        """Apply the changes, patiently; return the outcomes with their stores."""
        applied: list[tuple[str, Outcome]] = []
        left = [*lines]

        def go_on() -> None:
            tried = left.copy()
            changes = self._redirect([read.change for read in tried])
            left.clear()
            failure: TransientError | None = None
            for read, result in zip(tried, self._ledger.apply_each(changes), strict=True):
                match result:
                    case Outcome():
                        counted.outcomes[result.result] += 1
                        applied.append((read.change.store_id, result))
                    case PermanentError():
                        counted.refuse(read.line, result)
                    case TransientError():
                        left.append(read)
                        failure = result
                    case _:
                        raise result
            if failure:
                raise failure

        retry(go_on, when=self._may_pass, within_s=_PATIENCE_S, pause_s=(0.5, 10.0))
        return applied

    def _may_pass(self, error: Exception) -> bool:
        return isinstance(error, TransientError) and not self._stopped.is_set()

    def _renew_cards(self, applied: Sequence[tuple[str, Outcome]]) -> bool:
        """Renew the customers' cards. Give up on a cache that is away, so that it delays the import once."""
        if self._renew is None:
            return False
        customers: dict[str, dict[str, CustomerState | None]] = {}
        for store_id, outcome in applied:
            states = customers.setdefault(store_id, {})
            for customer_id, state in outcome.customers.items():
                known = [one for one in (state, states.get(customer_id)) if one is not None]
                states[customer_id] = max(known, key=lambda one: one.updated_at, default=None)
        try:
            for store_id, states in customers.items():
                retry(
                    partial(self._renew, store_id, states),
                    when=if_exception_type(TransientError),
                    within_s=_CARDS_PATIENCE_S,
                    pause_s=(0.1, 1.0),
                )
        except TransientError:
            self._renew = None
            return False
        return True
