"""How many baskets with an identifier may be started in a minute: by one caller, and in one store.

Each of them may turn an identifier into a customer, so whoever may start baskets could guess identifiers.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Protocol

from shared.errors import CacheUnavailable

WINDOW_S = 60


class OverQuota(Exception):
    """The quota is used up for `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = math.ceil(wait_s)


class Counts(Protocol):
    def take(self, limits: Mapping[str, int], *, window_s: int) -> float: ...


class BasketQuota:
    """Counts started baskets across all instances. Safe to share between threads.

    Args:
        counts: what counts.
        per_subject: baskets in a minute that one caller may start in one store.
        per_store: baskets in a minute in one store.
        log: told of baskets that were not counted.
    """

    def __init__(self, counts: Counts, *, per_subject: int, per_store: int, log: logging.Logger) -> None:
        self._counts = counts
        self._per_subject = per_subject
        self._per_store = per_store
        self._log = log

    def take(self, store_id: str, subject: str) -> None:
        """Count one basket. While the counter is away, every basket is within the quota.

        Raises:
            OverQuota: start none, and say how long to wait.
        """
        # A hash tag: in a cluster, the keys of one call must be on one node.
        store = f"basket-quota:{{{_hash(store_id)}}}"
        limits = {f"{store}:store": self._per_store, f"{store}:{_hash(subject)}": self._per_subject}
        try:
            wait_s = self._counts.take(limits, window_s=WINDOW_S)
        except CacheUnavailable:
            # Shops go on selling; the roles and the call log remain.
            self._log.warning("basket quota not checked", extra={"storeId": store_id}, exc_info=True)
            return
        if wait_s > 0:
            raise OverQuota(wait_s)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
