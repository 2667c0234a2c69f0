"""How much may be done in a minute: by one caller in a store, and in one store by all callers together."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from contextlib import suppress
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
        log: told of who is over the quota, and of uses that were not counted.
    """

    def __init__(
        self, name: str, counts: Counts, *, per_subject: int, per_store: int, log: logging.Logger
    ) -> None:
        self._name = name
        self._counts = counts
        self._per_subject = per_subject
        self._per_store = per_store
        self._log = log

    def take(self, store_id: str, caller: str, uses: int = 1) -> None:
        """Count uses. While the counter is away, everything is within the quota.

        A caller who is over it is logged once in a minute.

        Args:
            store_id: the store.
            caller: who no other issuer calls the same, as `Viewer.identity`.
            uses: how many.

        Raises:
            OverQuota: refuse what is asked, and say how long to wait.
        """
        # A hash tag: in a cluster, the keys of one call must be on one node.
        of_store = f"{self._name}-quota:{{{_hash(store_id)}}}"
        of_caller = f"{of_store}:{_hash(caller)}"
        limits = {f"{of_store}:store": self._per_store, of_caller: self._per_subject}
        facts = {"quota": self._name, "storeId": store_id}
        # More than there may be in a minute is everything there may be.
        uses = min(uses, self._per_subject, self._per_store)
        try:
            wait_s = self._counts.take(limits, window_s=WINDOW_S, uses=uses)
        except CacheUnavailable:
            # Shops go on selling, and people reading: a quota only slows down those who misuse what they may.
            self._log.warning("quota not checked", extra=facts, exc_info=True)
            return
        if wait_s > 0:
            if self._is_first(of_caller):
                self._log.warning("over quota", extra={**facts, "subjectHash": _hash(caller)})
            raise OverQuota(wait_s)

    def _is_first(self, of_caller: str) -> bool:
        """Whether the caller has not been over the quota for a minute, to any instance."""
        with suppress(CacheUnavailable):
            return not self._counts.take({f"{of_caller}:told": 1}, window_s=WINDOW_S, uses=1)
        return True


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
