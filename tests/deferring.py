"""Ledgers that defer, the folder of what they deferred, and what is counted while deltas are pending."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from functools import partial

from shared.ledger.deferral import Deferral, Mode
from shared.ledger.fold import Deltas, Folder
from shared.ledger.ledger import Ledger
from tests.contract.backends import Backend
from tests.counted import Collections, Counters, counted

CLOCK = partial(datetime.now, UTC)


def wake_nobody(store_id: str, *, since: datetime | None = None) -> None:
    """Leave the folding to the test."""


def new_deferring_ledger(backend: Backend, mode: Mode = "always") -> Ledger:
    """Return a ledger as a fresh instance has it that serves events."""
    deferral = Deferral(backend.documents, mode, wake=wake_nobody, clock=CLOCK)
    return Ledger(deferral, backend.new_stores())


def new_folder(backend: Backend, deltas: Deltas) -> Folder:
    """Return the folder of a fresh instance."""
    return Folder(deltas, backend.documents, wake=wake_nobody, clock=CLOCK)


def deferred(documents: Collections, store_id: str) -> Counters:
    """Return what the pending deltas of a store add to each counter."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for delta in documents.collection(store_id, "deltas"):
        for name, (fields, amounts) in json.loads(delta["tallies"]).items():
            ids = [fields[one] for one in ("month", "productId", "couponCode") if one in fields]
            counters = found.setdefault((name.split("/")[0], *ids), Counter())
            for counter, amount in amounts.items():
                counters[counter.removeprefix("days.").removeprefix("hours.")] += amount
    return {
        key: {name: n for name, n in counters.items() if name != "version"} for key, counters in found.items()
    }


def counted_with_deltas(documents: Collections, store_id: str) -> Counters:
    """Return every counter that is not 0 in the tallies and the pending deltas of a store together."""
    sums = {key: Counter(counters) for key, counters in counted(documents, store_id).items()}
    for key, counters in deferred(documents, store_id).items():
        sums.setdefault(key, Counter()).update(counters)
    shown = {key: {name: n for name, n in counters.items() if n} for key, counters in sums.items()}
    return {key: counters for key, counters in shown.items() if counters}
