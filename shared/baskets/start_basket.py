"""Start a basket: the basket and the event about it in one commit, then the event."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

from shared.baskets import outgoing
from shared.baskets.records import basket_fields, read_basket
from shared.documents.paths import basket_path, outbox_path
from shared.documents.store import ABSENT, DocumentStore, DocumentWrite, PreconditionLost
from shared.domain.basket import Basket, LookupStatus
from shared.domain.retention import Retention
from shared.messages.publishing import Publishes


class KeyReused(Exception):
    """The idempotency key was used before, for another request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """What a till asks for. `key` is the same for repeats of one request, or None."""

    store_id: str
    employee_id: int
    terminal_id: str
    customer_identifier: str | None
    key: tuple[str, ...] | None = None

    @property
    def identifier(self) -> str | None:
        """What the customer gave; None for a guest."""
        return (self.customer_identifier or "").strip() or None

    def hashed(self) -> str:
        parts = [self.store_id, self.employee_id, self.terminal_id, self.customer_identifier]
        return sha256(json.dumps(parts).encode()).hexdigest()


class BasketStarter:
    """Starts baskets. Safe to share between threads."""

    def __init__(
        self,
        documents: DocumentStore,
        publisher: Publishes,
        retention: Retention,
        log: logging.Logger,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._documents = documents
        self._publisher = publisher
        self._retention = retention
        self._log = log
        self._now = now

    def start(self, request: StartRequest) -> Basket:
        """Return the new basket, or the one that an earlier request with this key started.

        The event is published before this returns, if Pub/Sub takes it; else by the next sweep.

        Raises:
            KeyReused: the earlier request was another one.
            TransientError: nothing was started, or a repeat with the same key returns it.
        """
        basket = Basket(
            basket_id=_basket_id(request),
            store_id=request.store_id,
            employee_id=request.employee_id,
            terminal_id=request.terminal_id,
            started_at=self._now(),
            lookup_status=LookupStatus.PENDING if request.identifier else LookupStatus.GUEST,
            request_hash=request.hashed(),
        )
        event = outgoing.basket_started(basket, request.identifier)
        path = basket_path(basket.store_id, basket.basket_id)
        kept = outgoing.outbox_write(event, basket.started_at, self._retention.outbox)
        fields = basket_fields(basket, self._retention.baskets)
        try:
            self._documents.commit([DocumentWrite(path=path, version=ABSENT, fields=fields), kept])
        except PreconditionLost:
            return self._repeated(request, basket.basket_id)
        self._send(event)
        return basket

    def _repeated(self, request: StartRequest, basket_id: str) -> Basket:
        known, waiting = self._documents.read(
            [basket_path(request.store_id, basket_id), outbox_path(request.store_id, basket_id)]
        )
        basket = read_basket(known.fields)
        if basket.request_hash != request.hashed():
            raise KeyReused
        if waiting.exists:
            self._send(json.loads(waiting.fields["event"]))
        return basket

    def _send(self, event: dict[str, object]) -> None:
        if not outgoing.send(self._documents, self._publisher, event):
            self._log.warning("basket event left for the sweep", extra={"basketId": event["basketId"]})


def _basket_id(request: StartRequest) -> str:
    if request.key is None:
        return uuid4().hex
    return sha256(json.dumps([request.store_id, *request.key]).encode()).hexdigest()[:32]
