"""Fingerprints of many counters in little memory. They tell which documents may differ from a recount.

Each bucket holds the sum of counter times weight over the documents that fall into it. Weights are 64-bit
hashes of document and field, with a random key of the process. So a bucket whose two sides differ sums up to
0 only by chance, about once in 2^63.

Source: linear fingerprints, as in Eppstein et al., "What's the Difference?" (set reconciliation, 2011).
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.documents.paths import FieldPath

_BUCKETS = 1 << 16
"""A month of a million products has about 15 in a bucket. All buckets together take a few megabytes."""


class Fingerprints:
    """Add the counters of one side and subtract those of the other."""

    def __init__(self) -> None:
        self._sums = [0] * _BUCKETS

    def add(self, key: str, counters: Mapping[FieldPath, int], times: int = 1) -> None:
        """Add some counters of a document; -1 `times` subtracts them."""
        weighted = sum(hash((key, *path)) * amount for path, amount in counters.items())
        self._sums[hash(key) % _BUCKETS] += times * weighted

    def differ(self, key: str) -> bool:
        """Tell whether this document, or another one of its bucket, differs."""
        return self._sums[hash(key) % _BUCKETS] != 0

    def any_differ(self) -> bool:
        return any(self._sums)
