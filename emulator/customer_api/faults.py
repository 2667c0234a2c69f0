"""How the API misbehaves, and for how long, and which store knows whom."""

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = (
    "slow",
    "drip",
    "status",
    "reset",
    "malformed",
    "huge",
    "wrong_types",
    "unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to misbehave: `seconds` for slow and drip, `status` and `retry_after` for status."""

    kind: str
    seconds: float = 1.0
    status: int = 500
    retry_after: str | None = None


class ControlPanel:
    """The fault in force, the stores' customers and the calls so far. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start without a fault."""
        self._lock = threading.Lock()
        self._fault: Fault | None = None
        self._left: int | None = None
        self._calls: Counter[str] = Counter()
        self._customers: dict[str, frozenset[str]] = {}

    def set(self, settings: Mapping[str, Any]) -> None:
        """Misbehave for the next `times` calls, or until `reset` where that is not given.

        Raises:
            ValueError, TypeError: not a fault.
        """
        fields = dict(settings)
        times = fields.pop("times", None)
        fault = Fault(**fields)
        if fault.kind not in KINDS:
            raise ValueError(f"kind: expected one of {', '.join(KINDS)}")
        with self._lock:
            self._fault, self._left = fault, times

    def reset(self) -> None:
        """Behave, and forget the calls and the stores."""
        with self._lock:
            self._fault, self._left = None, None
            self._customers.clear()
            self._calls.clear()

    def restrict(self, *, storeId: str, customerIds: Collection[str]) -> None:  # noqa: N803 - as in JSON
        """Let the store know these customers alone. A store that nobody restricted knows all."""
        with self._lock:
            self._customers[storeId] = frozenset(customerIds)

    def knows(self, store_id: str, customer_id: str) -> bool:
        """Tell whether the customer is one of the store's."""
        with self._lock:
            known = self._customers.get(store_id)
        return known is None or customer_id in known

    def count(self, identifier: str) -> Fault | None:
        """Count a call, and return the fault for it."""
        with self._lock:
            self._calls[identifier] += 1
            if self._fault is None or self._left == 0:
                return None
            if self._left is not None:
                self._left -= 1
            return self._fault

    def calls(self) -> dict[str, Any]:
        """Return the number of calls in all and by identifier."""
        with self._lock:
            return {"calls": self._calls.total(), "byIdentifier": dict(self._calls)}
