"""Change a basket by what its lookup came to, whoever else changes it at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.baskets.lookup_cache import ATTEMPTS_S
from shared.baskets.records import basket_fields, read_basket
from shared.documents.paths import basket_path
from shared.documents.retry import retry
from shared.documents.store import Document, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.basket import Basket, LookupStatus
from shared.domain.retention import Retention
from shared.messages.events import BasketStarted


class BasketSettler:
    """Settles baskets. Safe to share between threads."""

    def __init__(self, documents: DocumentStore, retention: Retention) -> None:
        self._documents = documents
        self._retention = retention

    def settle(
        self,
        started: BasketStarted,
        known: Document,
        change: Callable[[Basket], Basket],
        history: Sequence[DocumentWrite] = (),
    ) -> tuple[Basket, bool]:
        """Change the basket, and write the history with it; return it, and whether anything changed."""
        path = basket_path(started.store_id, started.basket_id)

        def attempt() -> tuple[Basket, bool]:
            nonlocal known
            before = read_basket(known.fields) if known.exists else _unknown_basket(started)
            after = change(before)
            if after == before and known.exists:
                return after, False
            fields = basket_fields(after, self._retention.baskets)
            write = DocumentWrite(path=path, version=known.version, fields=fields)
            try:
                self._documents.commit([write, *history])
            except PreconditionLost:
                [known] = self._documents.read([path])
                raise
            return after, True

        return retry(attempt, within_s=ATTEMPTS_S)


def _unknown_basket(started: BasketStarted) -> Basket:
    """Return the basket of an event that nobody here sent: some tills start baskets by themselves."""
    return Basket(
        basket_id=started.basket_id,
        store_id=started.store_id,
        employee_id=started.employee_id,
        terminal_id=started.terminal_id,
        started_at=started.occurred_at,
        lookup_status=LookupStatus.PENDING,
    )
