"""Fold: what commits of hot stores deferred is added to their tallies."""

from shared import runtime
from shared.entry.event_functions import reads
from shared.messages.fold_asked import FoldAsked, read_fold_asked


@reads("fold", read_fold_asked)
def fold(asked: FoldAsked) -> dict[str, object]:
    """Fold the pending deltas of a store."""
    folded = runtime.folder().fold(asked.store_id, asked.since, asked.asked_at)
    return {"outcome": "applied" if folded.deltas else "ignored", **folded.shown()}
