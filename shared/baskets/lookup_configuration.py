"""The lookup configuration in force: read again every half minute, checked, and the last good one kept.

What all stores go by is in `config/customerLookup`; a store's document of that name overrides fields of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from pydantic import ValidationError

from shared.baskets.lookup_config import LookupConfig, StoreLookupConfig
from shared.documents.paths import Path, store_path
from shared.documents.store import Document, DocumentStore, DocumentWrite
from shared.domain.api_origins import ApiOrigin, EndpointRules, origin_of
from shared.errors import LookupFailed, TransientError
from shared.messages.validation import describe_errors

CONFIG: Path = ("config", "customerLookup")
LAST_GOOD: Path = ("config", "customerLookupLastGood")

_REMEMBERED_S = 30.0
_REMEMBERED = 1000
_KEYS = LookupConfig.model_fields.keys()


class _Known(NamedTuple):
    config: LookupConfig
    read_at: float


class LookupConfiguration:
    """The configuration of each store. Safe to share between threads.

    Args:
        documents: where the configuration is stored.
        local: whether this is a developer's machine.
        origins: the origins that may be called, besides that of the default endpoint.
        default_endpoint: what is called where there is no document; None for nothing.
        log: told of a broken document.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        documents: DocumentStore,
        *,
        local: bool,
        origins: Sequence[ApiOrigin] = (),
        default_endpoint: str | None,
        log: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = documents
        self._local = local
        self._origins = list(origins)
        if default_endpoint:
            self._origins.append(ApiOrigin(origin=origin_of(default_endpoint)))
        self._default_endpoint = default_endpoint
        self._log = log
        self._clock = clock
        self._lock = Lock()
        self._known: LRUCache[str, _Known] = LRUCache(_REMEMBERED)

    def current(self, store_id: str) -> LookupConfig:
        """Return the store's configuration; while its document is broken or unreadable, the last good one.

        Raises:
            LookupFailed: there is none yet.
        """
        now = self._clock()
        with self._lock:
            known = self._known.get(store_id)
            if known and now - known.read_at < _REMEMBERED_S:
                return known.config
            if known:  # others go by it while this thread reads
                self._known[store_id] = _Known(known.config, now)
        try:
            config = self._load(store_id)
        except TransientError:
            if known is None:
                raise
            self._log.warning("lookup configuration not readable, the last good one stays")
            return known.config
        config = config or (known.config if known else None)
        if config is None:
            raise LookupFailed("customer lookup is not configured; PUT /config/customer-lookup does it")
        with self._lock:
            self._known[store_id] = _Known(config, now)
        return config

    def stored(self) -> LookupConfig | None:
        """Return what stores go by unless they have something else; None where nothing is configured."""
        return self._load(None)

    def stored_of(self, store_id: str) -> StoreLookupConfig:
        """Return what the store has otherwise."""
        document, last_good = self._documents.read(_paths(store_id))
        for stored in (document, last_good):
            try:
                return StoreLookupConfig.model_validate(_fields(stored))
            except ValidationError:
                continue
        return StoreLookupConfig()

    def put(self, config: LookupConfig) -> None:
        """Store what stores go by unless they have something else."""
        self._write(None, config.model_dump())
        with self._lock:
            self._known.clear()

    def put_of(self, store_id: str, config: StoreLookupConfig) -> None:
        """Store what the store has otherwise.

        Raises:
            ValidationError: it does not go together with what it leaves as it is.
        """
        changed = {key: value for key, value in config.model_dump().items() if value is not None}
        if changed:
            default = self._load(None)
            self._parse(default.model_dump() if default else {}, changed, store_id)
        self._write(store_id, config.model_dump())
        with self._lock:
            self._known.pop(store_id, None)

    def context(self, store_id: str | None = None) -> dict[str, EndpointRules]:
        """Return what validating a `LookupConfig` needs, for one store or for all."""
        rules = EndpointRules(local=self._local, origins=self._origins, store_id=store_id)
        return {"endpoints": rules}

    def _parse(
        self, default: Mapping[str, Any], fields: Mapping[str, Any], store_id: str | None
    ) -> LookupConfig:
        own = {"own_request": store_id is not None and "request" in fields}
        return LookupConfig.model_validate({**default, **fields}, context=self.context(store_id) | own)

    def _load(self, store_id: str | None) -> LookupConfig | None:
        paths = [*_paths(None), *(_paths(store_id) if store_id else ())]
        documents = self._documents.read(paths)
        config = self._choose({}, documents[:2], None)
        if config is None and self._default_endpoint:
            config = self._parse_last({}, {"api_endpoint": self._default_endpoint}, None)
        if store_id:
            default = config.model_dump() if config else {}
            config = self._choose(default, documents[2:], store_id) or config
        return config

    def _choose(
        self, default: Mapping[str, Any], documents: Sequence[Document], store_id: str | None
    ) -> LookupConfig | None:
        """Return the document's configuration, else the last good one; None where there is neither."""
        document, last_good = (_fields(stored) for stored in documents)
        if document:
            try:
                config = self._parse(default, document, store_id)
            except ValidationError as error:
                wrong = dict(describe_errors(error))
                self._log.error("lookup configuration is broken", extra={"storeId": store_id, "wrong": wrong})
            else:
                if document != last_good:
                    # Edited by hand. An instance that starts after a broken edit finds this one.
                    self._documents.commit([_write(_paths(store_id)[1], document)])
                return config
        return self._parse_last(default, last_good, store_id) if last_good else None

    def _parse_last(
        self, default: Mapping[str, Any], fields: Mapping[str, Any], store_id: str | None
    ) -> LookupConfig | None:
        try:
            return self._parse(default, fields, store_id)
        except ValidationError:
            self._log.exception("no good lookup configuration is left", extra={"storeId": store_id})
            return None

    def _write(self, store_id: str | None, fields: Mapping[str, Any]) -> None:
        self._documents.commit([_write(path, fields) for path in _paths(store_id)])


def _paths(store_id: str | None) -> tuple[Path, Path]:
    """Return where the configuration is, and where the last good one."""
    above = store_path(store_id) if store_id else ()
    return (*above, *CONFIG), (*above, *LAST_GOOD)


def _fields(document: Document) -> dict[str, Any]:
    # Blind writes merge, so a key that somebody once added would stay: it must not break the others.
    return {key: document.fields[key] for key in _KEYS if document.fields.get(key) is not None}


def _write(path: Path, fields: Mapping[str, Any]) -> DocumentWrite:
    return DocumentWrite(path=path, fields={key: fields.get(key) for key in _KEYS})
