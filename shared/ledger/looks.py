"""What an instance's looks at a store's pending deltas have settled, and which wake-ups that answers. Pure.

A wake-up is acknowledged once a look that covers it is over; where that look is over before the wake-up
arrives, without a further one. That leaves no delta asleep:

1. It stands for deltas that were committed no later than `WAKES_APART_S` after it was asked for.
2. A look that begins later than that finds them all, for Firestore's queries see every commit before them.
   Each delta that it finds is in the tallies when it is over: by its own commit, or by that of the rival that
   it lost the race to, whereupon it looked again.
3. When a wake-up was asked for, it knows from another instance's clock, so `CLOCKS_S` is added. That it was
   asked for before it arrived, needs no clock: no wake-up waits longer than `WAKES_APART_S` for its look.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf

WAKES_APART_S = 0.5
"""A wake-up stands for all that is deferred so soon after it. So one in that time is enough."""

CLOCKS_S = 5.0
"""By which clocks of two instances may differ."""

FRESH_S = 5.0
"""A wake-up is answered by no older look, unless that one found nothing.

It says nothing new, but that the folder has a backlog: were the next look at a busy store left to the next
wake-up that no look covers, figures would trail by as much as wake-ups do.
"""

LATE = timedelta(minutes=1)
"""How much older than a look a delta may be that it did not find: by a commit, and by two clocks."""


def earliest_look(now: float, age_s: float) -> float:
    """Return when a look may begin, to cover a wake-up that arrived now and is so old."""
    return now + WAKES_APART_S - max(0.0, age_s - CLOCKS_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that is over: what was made at `since` or later, and committed before it began, is folded.

    `at` is when it began by the instance's clock; `began` is the same in seconds that never fall. `found`
    says whether there was anything to fold.
    """

    since: datetime
    at: datetime
    began: float
    found: bool

    def covers(self, since: datetime, earliest: float) -> bool:
        """Whether there is no need of a look for what was made since then, to begin at `earliest`."""
        return self.since <= since and earliest <= self.began

    def is_fresh(self, now: float) -> bool:
        """Whether the next look can wait for a wake-up that this one does not cover."""
        return not self.found or now <= self.began + FRESH_S

    def next_since(self, since: datetime) -> datetime:
        """Return where a look for what was made since then begins: what this one covered is not read again.

        It begins a bit earlier than asked for, so that it covers wake-ups in any order.
        """
        wanted = since - LATE
        return max(wanted, self.at - LATE) if self.since <= wanted else wanted

    def then(self, later: Look) -> Look:
        """Return both as one look, unless something between them was looked for by neither."""
        if later.since > self.at - LATE:
            return later
        return replace(later, since=min(self.since, later.since))


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

NO_LOOK = Look(since=_LONG_AGO, at=_LONG_AGO, began=-inf, found=False)
