"""Summarise how customer lookups went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from shared.domain.money import percentage


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """One call of the API: its duration, and whether it was answered ("no such customer" is an answer)."""

    is_answered: bool
    duration_ms: float


def report(calls: Sequence[CallResult]) -> dict[str, Any]:
    """Return the number of calls, the percentage answered, and percentiles of the durations (nearest rank).

    Without calls, everything but their number is None.
    """
    durations = sorted(call.duration_ms for call in calls)
    answered = sum(call.is_answered for call in calls)
    return {
        "calls": len(calls),
        "successRate": percentage(answered, len(calls)) if calls else None,
        "p50Ms": _percentile(durations, 50),
        "p95Ms": _percentile(durations, 95),
    }


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    return ordered[ceil(percent * len(ordered) / 100) - 1] if ordered else None
