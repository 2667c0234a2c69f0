"""What the dashboard says of a store, for whoever checks that nothing was lost or counted twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore import Client

from shared.adapters.firestore.tallies import FirestoreTallies
from shared.dashboard.read import DashboardReading, Question
from shared.domain.period import Month, Period
from shared.domain.store import Store
from tests.performance.events import CURRENCY

_NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
QUESTION = Question(period=Period.of_month(Month(2026, 11)))


def read_figures(client: Client, store_id: str) -> dict[str, Any]:
    """Return the store's dashboard of the month in which all events happen, as the function reads it."""
    store = Store(store_id=store_id, name=store_id, timezone="UTC", currency=CURRENCY)
    return DashboardReading(FirestoreTallies(client), store, QUESTION, _NOW).view()
