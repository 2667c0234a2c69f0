"""Summarise how customer lookups went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from shared.domain.basket import LookupSource
from shared.domain.instants import to_rfc3339
from shared.domain.money import percentage

HOURS = 24
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """One call of the API, or one use of an earlier answer.

    `is_first` tells the first call for a basket from further attempts. A call is answered also by "no such
    customer".
    """

    at: datetime
    source: LookupSource
    is_first: bool
    is_answered: bool
    duration_ms: float


def report(results: Sequence[CallResult]) -> dict[str, Any]:
    """Return the number of calls, the percentage answered, and percentiles of the durations (nearest rank).

    Hits are lookups that a fresh earlier answer spared a call; the hit rate is their percentage of hits and
    lookups with calls. What there is nothing of is None, but for numbers.
    """
    calls = [result for result in results if result.source is LookupSource.API]
    hits = [result for result in results if result.source is LookupSource.CACHE]
    misses = sum(call.is_first for call in calls)
    answered = sum(call.is_answered for call in calls)
    return {
        "calls": len(calls),
        "successRate": percentage(answered, len(calls)) if calls else None,
        "p50Ms": _percentile(calls, 50),
        "p95Ms": _percentile(calls, 95),
        "hits": len(hits),
        "misses": misses,
        "hitRate": percentage(len(hits), len(hits) + misses) if hits or misses else None,
        "hitP50Ms": _percentile(hits, 50),
        "hitP95Ms": _percentile(hits, 95),
    }


def by_hour(results: Sequence[CallResult], now: datetime) -> list[dict[str, Any]]:
    """Return a report on each of the last 24 hours of the clock, the oldest first."""
    last = now.replace(minute=0, second=0, microsecond=0)
    starts = [last - n * _HOUR for n in reversed(range(HOURS))]
    return [
        {
            "startsAt": to_rfc3339(start),
            **report([result for result in results if start <= result.at < start + _HOUR]),
        }
        for start in starts
    ]


def _percentile(results: Sequence[CallResult], percent: int) -> float | None:
    ordered = sorted(result.duration_ms for result in results)
    return ordered[ceil(percent * len(ordered) / 100) - 1] if ordered else None
