"""Stands in for the stores where a test needs none of what is configured about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.domain.changes import Change
from shared.domain.store import Terms


class FakeStores:
    """Stores that take any currency. `timezone` is that of all stores, or by store."""

    def __init__(self, timezone: str | Mapping[str, str] = "UTC") -> None:
        self._timezone = timezone

    def terms(self, change: Change) -> Terms:
        zone = self._timezone if isinstance(self._timezone, str) else self._timezone[change.store_id]
        return Terms(timezone=zone)
