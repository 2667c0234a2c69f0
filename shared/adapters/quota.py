"""How much may be done in a minute: by one caller in a store, and in one store by all callers together."""

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
    def take(self, limits: Mapping[str, int], *, window_s: int, uses: int) -> float: ...


class Quota:
    """Counts uses across all instances. Safe to share between threads.

    Args:
        name: of what is counted, such as "basket".
        counts: what counts.
        per_subject: uses in a minute by one caller in one store.
        per_store: uses in a minute in one store.
        log: told of uses that were not counted.
    """

    def __init__(
        self, name: str, counts: Counts, *, per_subject: int, per_store: int, log: logging.Logger
    ) -> None:
        self._name = name
        self._counts = counts
        self._per_subject = per_subject
        self._per_store = per_store
        self._log = log

    def take(self, store_id: str, subject: str, uses: int = 1) -> None:
        """Count uses. While the counter is away, everything is within the quota.

        Raises:
            OverQuota: refuse what is asked, and say how long to wait.
        """
        # A hash tag: in a cluster, the keys of one call must be on one node.
        store = f"{self._name}-quota:{{{_hash(store_id)}}}"
        limits = {f"{store}:store": self._per_store, f"{store}:{_hash(subject)}": self._per_subject}
        # More than there may be in a minute is everything there may be.
        uses = min(uses, self._per_subject, self._per_store)
        try:
            wait_s = self._counts.take(limits, window_s=WINDOW_S, uses=uses)
        except CacheUnavailable:
            # Shops go on selling, and people reading: a quota only slows down those who misuse what they may.
            facts = {"quota": self._name, "storeId": store_id}
            self._log.warning("quota not checked", extra=facts, exc_info=True)
            return
        if wait_s > 0:
            raise OverQuota(wait_s)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
