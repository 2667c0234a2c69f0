"""Read the figures of the probe's store from Firestore, where whoever deploys may read without a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError

from infra.probe import CURRENCY, NAME, STORE, TIMEZONE, ProbeFailed
from shared.adapters.firestore.client import connect
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.firestore.tallies import FirestoreTallies
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Period
from shared.domain.store import Store
from shared.errors import TransientError

_STORE = Store(store_id=STORE, name=NAME, timezone=TIMEZONE, currency=CURRENCY)
_MOST_READS = 1
"""Tallies of products: the probe's orders have no items."""


class LedgerReader:
    """The figures that the dashboard would show, computed here by its own code.

    Needs `roles/datastore.user` on the database, which the deployer's `roles/datastore.owner` includes. The
    store is created without an entry in the audit trail: Google's own audit log says who wrote.
    """

    def __init__(self, project: str, database: str) -> None:
        client = connect(project, database)
        self._stores = FirestoreStores(client, None)
        self._tallies = FirestoreTallies(client, _MOST_READS)

    def create_store(self) -> None:
        with _told():
            self._stores.put(STORE, lambda known: known or _STORE)

    def figures(self, day: date) -> Mapping[str, Any]:
        question = Question(period=Period(day, day), products=1, coupons=1)
        with _told():
            reading = DashboardReading(self._tallies, _STORE, question, datetime.now(UTC))
            summary: Mapping[str, Any] = reading.view()["summary"]
        return summary


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (TransientError, GoogleAPICallError, GoogleAuthError) as error:
        raise ProbeFailed(f"Firestore answered: {error}") from error
