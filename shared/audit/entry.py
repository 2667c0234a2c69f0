"""One entry of the audit trail: who did what, on which store, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.instants import to_rfc3339


class Outcome(StrEnum):
    """What came of an attempt.

    `REFUSED`: the caller may not do it. `FAILED`: the caller may, but the request was wrong, came at the
    wrong time, or met a fault; a change may be partly done.
    """

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One attempt to change or export something. It holds no personal data of customers.

    Attributes:
        entry_id: unique, of 32 hexadecimal digits.
        at: when the attempt was answered.
        issuer: who vouches for the caller; None for a caller who is not known.
        subject: who: the subject of the caller's token, unique for the issuer; None for the same.
        action: what, such as "store.changed".
        store_id: on which store; None for an action on none or on all of them.
        target: which of several things, such as a month or a dead letter; None for the store itself.
        before: the values that changed, as they were; None where there were none.
        after: the values that changed, as they are now, or what the action was told to do.
        status: the HTTP status of the answer.
    """

    entry_id: str
    at: datetime
    issuer: str | None
    subject: str | None
    action: str
    store_id: str | None
    target: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    outcome: Outcome
    status: int

    def shown(self) -> dict[str, Any]:
        """Return the entry as the log line and the API show it."""
        return {
            "entryId": self.entry_id,
            "at": to_rfc3339(self.at),
            "issuer": self.issuer,
            "subject": self.subject,
            "action": self.action,
            "storeId": self.store_id,
            "target": self.target,
            "before": self.before,
            "after": self.after,
            "outcome": self.outcome.value,
            "status": self.status,
        }


def difference(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the values that differ, as they were and as they are now; None before where nothing was."""
    if before is None:
        return None, dict(after)
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {key: before.get(key) for key in changed}, {key: after.get(key) for key in changed}
