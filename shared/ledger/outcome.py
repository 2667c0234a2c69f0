"""What became of a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.documents.entries import Record
from shared.documents.paths import Path, customer_path, record_path
from shared.documents.store import Committed
from shared.domain.changes import Change
from shared.domain.customer_state import CustomerState
from shared.domain.instants import from_micros
from shared.domain.order import OrderFacts
from shared.ledger.decide import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one change: "applied", or "duplicate" where all its facts were known.

    `customers` are those of the change's order, with their state after the commit; a duplicate names former
    customers too. A state is None where nothing was committed for the customer; read it if you need it.
    `followed` tells a log what followed from the commit.
    """

    result: str
    customers: Mapping[str, CustomerState | None]
    followed: Mapping[str, object] = field(default_factory=dict)

    def fields(self) -> dict[str, object]:
        """Return what a log line says of the change."""
        return {"outcome": self.result, **self.followed}


def outcomes(
    changes: Sequence[Change], records: Mapping[Path, Record], decision: Decision, committed: Committed
) -> list[Outcome]:
    """Return the outcome of each change that was committed; `records` are as they were before."""
    return [
        Outcome(
            result="applied" if moved else "duplicate",
            customers={
                customer_id: _state(customer_path(change.store_id, customer_id), decision, committed)
                for customer_id in _customers(records, decision, record_path(change), moved=moved)
            },
        )
        for change, moved in zip(changes, decision.moved, strict=True)
    ]


def _customers(records: Mapping[Path, Record], decision: Decision, path: Path, *, moved: bool) -> set[str]:
    """Return the customers of the order at the path, the one that it leaves included.

    A repeat may be of the amendment that took the order from a former customer, whose card may not know yet.
    """
    before = records[path]
    facts = (before.facts, decision.records.get(path, before).facts)
    customers = {known.customer_id for known in facts if isinstance(known, OrderFacts)}
    former = () if moved else before.former_customers
    return {customer_id for customer_id in (*customers, *former) if customer_id is not None}


def _state(path: Path, decision: Decision, committed: Committed) -> CustomerState | None:
    if "updatedAt" not in committed.counters.get(path, {}):
        # Not written, or by a registration alone, which moves no metric.
        return None
    counters: dict[str, int | None] = dict(committed.counters[path])
    for name in decision.writes[path].fields.keys() & {"firstOrderAt", "lastOrderAt"}:
        counters[name] = decision.writes[path].fields[name]
    return CustomerState(counters=counters, updated_at=from_micros(committed.counters[path]["updatedAt"]))
