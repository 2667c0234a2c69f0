"""Write all cards of a store again: after an import, after the cache lost them, and once a week.

A pass through a store is a document that says how far it came, so it goes on in whichever run comes next. The
cache itself says when it was last filled: a server that lost everything, also that, is filled again. Once a
week it is filled anyway, because a failover may lose a single update that nobody would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from shared.customers.cache import Cache, Put
from shared.documents.paths import card_pass_path
from shared.documents.retry import retry
from shared.documents.store import ABSENT, DocumentDelete, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.customer_state import CustomerState
from shared.domain.store import Store
from shared.errors import TransientError

FILLED = "customer-cards-filled"
FILLED_FOR_S = 7 * 24 * 3600

_AT_ONCE = 200
"""Customers of one page; stores of one commit."""

_ATTEMPTS_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPass:
    """A pass through a store's customers.

    Attributes:
        store_id: the store.
        due_at: the pass begins later than this.
        tell_since: other applications are told of customers that changed since then; None: of nobody.
        after: the document where it stopped, "" at the beginning.
        version: of its document.
    """

    store_id: str
    due_at: datetime
    tell_since: datetime | None = None
    after: str = ""
    version: Any = ABSENT

    def requested(self, due_at: datetime, tell_since: datetime | None) -> CardPass:
        """Return the pass from its beginning; what it had to tell is still told."""
        times = [at for at in (self.tell_since, tell_since) if at is not None]
        return replace(self, due_at=due_at, tell_since=min(times, default=None), after="")


class Cards(Protocol):
    """The customers' cards. Its errors are `TransientError`s."""

    def update(
        self, store_id: str, customers: Mapping[str, CustomerState], *, tells: bool, are_read: bool
    ) -> Mapping[str, object]: ...

    def keep_settings(self, store: Store) -> None: ...


class Customers(Protocol):
    """Reads a store's customers."""

    def walk(self, store_id: str, after: str, limit: int) -> tuple[dict[str, CustomerState], str]:
        """Return customers in the order of their documents, and where to go on, "" at the end."""


class Stores(Protocol):
    """Reads stores."""

    def read(self, store_id: str) -> Store | None: ...

    def find_all(self, store_ids: None) -> Sequence[Store]: ...


class Dependencies(NamedTuple):
    """What warming works with. `passes` returns some of those that are not finished, with their versions."""

    cache: Cache
    cards: Cards
    customers: Customers
    documents: DocumentStore
    passes: Callable[[], Iterable[CardPass]]
    stores: Stores


@dataclass(slots=True, kw_only=True)
class Warmed:
    """What a run did: cards written, stores finished, and whether something is left to do."""

    cards: int = 0
    stores: int = 0
    more: bool = False


def request_passes(
    documents: DocumentStore,
    store_ids: Sequence[str],
    *,
    due_at: datetime,
    tell_since: datetime | None = None,
) -> None:
    """Have all cards of the stores written again, from the beginning.

    Raises:
        TransientError: some stores may be left out; request them again.
    """
    for start in range(0, len(store_ids), _AT_ONCE):
        some = store_ids[start : start + _AT_ONCE]
        retry(partial(_request, documents, some, due_at, tell_since), within_s=_ATTEMPTS_S)


def _request(
    documents: DocumentStore, store_ids: Sequence[str], due_at: datetime, tell_since: datetime | None
) -> None:
    writes = []
    found = documents.read([card_pass_path(store_id) for store_id in store_ids])
    for store_id, document in zip(store_ids, found, strict=True):
        known = CardPass(store_id=store_id, due_at=due_at)
        if document.exists:
            known = read_pass(document.fields, document.version)
        writes.append(_write(known.requested(due_at, tell_since), document.version))
    documents.commit(writes)


def warm_cards(work: Dependencies, now: datetime, most: int) -> Warmed:
    """Go on with the passes that are due, for so many cards.

    Raises:
        TransientError: what is not written yet is left to the next run.
    """
    if work.cache.get(FILLED) is None:
        request_passes(work.documents, [store.store_id for store in work.stores.find_all(None)], due_at=now)
        work.cache.put(Put(FILLED, b"", 1, FILLED_FOR_S))
    warmed = Warmed()
    for found in work.passes():
        if found.due_at <= now:
            try:
                _go_on(work, found, warmed, most)
            except PreconditionLost:  # another run goes on with it, or it begins again
                warmed.more = True
    return warmed


def read_pass(fields: Mapping[str, Any], version: Any) -> CardPass:
    """Return the pass in a document."""
    return CardPass(
        store_id=fields["storeId"],
        due_at=fields["dueAt"],
        tell_since=fields["tellSince"],
        after=fields["after"],
        version=version,
    )


def _go_on(work: Dependencies, found: CardPass, warmed: Warmed, most: int) -> None:
    if store := work.stores.read(found.store_id):
        work.cards.keep_settings(store)
    while warmed.cards < most:
        states, after = work.customers.walk(found.store_id, found.after, min(_AT_ONCE, most - warmed.cards))
        _update(work.cards, found, states)
        warmed.cards += len(states)
        path = card_pass_path(found.store_id)
        if not after:
            work.documents.commit([DocumentDelete(path=path, version=found.version)])
            warmed.stores += 1
            return
        found = replace(found, after=after)
        committed = work.documents.commit([_write(found, found.version)])
        found = replace(found, version=committed.versions[path])
    warmed.more = True


def _update(cards: Cards, found: CardPass, states: Mapping[str, CustomerState]) -> None:
    since = found.tell_since
    news = {of: state for of, state in states.items() if since is not None and state.updated_at >= since}
    others = {of: state for of, state in states.items() if of not in news}
    for some, tells in ((news, True), (others, False)):
        results = cards.update(found.store_id, some, tells=tells, are_read=True) if some else {}
        for result in results.values():
            if isinstance(result, TransientError):
                raise result


def _write(one: CardPass, version: Any) -> DocumentWrite:
    fields = {
        "storeId": one.store_id,
        "dueAt": one.due_at,
        "tellSince": one.tell_since,
        "after": one.after,
    }
    return DocumentWrite(path=card_pass_path(one.store_id), version=version, fields=fields)
