"""How customers are looked up: five keys in `config/customerLookup`, checked, and the last good ones kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shared.documents.paths import Path
from shared.documents.store import Document, DocumentStore, DocumentWrite
from shared.domain.addresses import check_endpoint
from shared.errors import LookupFailed, TransientError
from shared.messages.validation import describe_errors

CONFIG: Path = ("config", "customerLookup")
LAST_GOOD: Path = ("config", "customerLookupLastGood")
MOST_SECONDS = 40
"""For all attempts together: what remains of a function's minute is for the rest of its work."""

_REMEMBERED_S = 30.0


class LookupConfig(BaseModel):
    """How customers are looked up in the customer API."""

    # The keys are the users'. Validate with the context {"local": bool}.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    api_endpoint: Annotated[
        str,
        Field(
            max_length=2000,
            description="URL of the customer API.",
            examples=["https://customers.example.com"],
        ),
    ]
    timeout_seconds: Annotated[float, Field(ge=0.1, le=30, description="How long an attempt may take.")] = 5
    retry_attempts: Annotated[
        int,
        Field(ge=1, le=5, description=f"Attempts in all; times `timeout_seconds` at most {MOST_SECONDS}."),
    ] = 2
    cache_ttl_seconds: Annotated[
        int, Field(ge=0, le=30 * 86_400, description="How long an answer is used again.")
    ] = 3600
    fallback_to_cache_on_error: Annotated[
        bool, Field(description="Whether an older answer is used while the API fails.")
    ] = True

    @field_validator("api_endpoint")
    @classmethod
    def _check_endpoint(cls, url: str, info: ValidationInfo) -> str:
        return check_endpoint(url, local=bool(info.context and info.context["local"]))

    @model_validator(mode="after")
    def _check_budget(self) -> Self:
        if self.budget_s > MOST_SECONDS:
            raise ValueError(
                f"expected timeout_seconds times retry_attempts to be at most {MOST_SECONDS} seconds"
            )
        return self

    @property
    def budget_s(self) -> float:
        """Seconds for all attempts and the waits between them."""
        return self.timeout_seconds * self.retry_attempts

    @property
    def ttl(self) -> timedelta:
        return timedelta(seconds=self.cache_ttl_seconds)


_KEYS = LookupConfig.model_fields.keys()


class LookupConfiguration:
    """The configuration in force, read again every half minute. Safe to share between threads.

    Args:
        documents: where the configuration is stored.
        local: whether this is a developer's machine.
        default_endpoint: what is called where there is no document; None for nothing.
        log: told of a broken document.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        documents: DocumentStore,
        *,
        local: bool,
        default_endpoint: str | None,
        log: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = documents
        self._context = {"local": local}
        self._default_endpoint = default_endpoint
        self._log = log
        self._clock = clock
        self._lock = Lock()
        self._known: LookupConfig | None = None
        self._read_at = -_REMEMBERED_S

    def current(self) -> LookupConfig:
        """Return the configuration; while its document is broken or can't be read, the last good one.

        Raises:
            LookupFailed: there is none yet.
        """
        with self._lock:
            if self._known is None or self._clock() - self._read_at >= _REMEMBERED_S:
                self._refresh()
            if self._known is None:
                raise LookupFailed("customer lookup is not configured; PUT /config/customer-lookup does it")
            return self._known

    def stored(self) -> LookupConfig | None:
        """Return what new lookups will go by, read now; None where nothing is configured."""
        with self._lock:
            return self._load()

    def put(self, config: LookupConfig) -> None:
        """Store the configuration."""
        fields = config.model_dump()
        with self._lock:
            self._documents.commit([DocumentWrite(path=path, fields=fields) for path in (CONFIG, LAST_GOOD)])
            self._known, self._read_at = config, self._clock()

    def parse(self, fields: dict[str, Any]) -> LookupConfig:
        """Return the fields as a configuration; raise pydantic's ValidationError where they are none."""
        return LookupConfig.model_validate(fields, context=self._context)

    def _refresh(self) -> None:
        self._read_at = self._clock()
        try:
            self._known = self._load() or self._known
        except TransientError:
            if self._known is None:
                self._read_at = -_REMEMBERED_S
                raise
            self._log.warning("lookup configuration not readable, the last good one stays")

    def _load(self) -> LookupConfig | None:
        document, last_good = self._documents.read([CONFIG, LAST_GOOD])
        if document.exists:
            try:
                config = self._parse_stored(document)
            except ValidationError as error:
                wrong = dict(describe_errors(error))
                self._log.error("lookup configuration is broken", extra={"wrong": wrong})
            else:
                if config.model_dump() != last_good.fields:
                    # Edited by hand. An instance that starts after a broken edit finds this one.
                    self._documents.commit([DocumentWrite(path=LAST_GOOD, fields=config.model_dump())])
                return config
        try:
            if last_good.exists:
                return self._parse_stored(last_good)
            if self._default_endpoint:
                return self.parse({"api_endpoint": self._default_endpoint})
        except ValidationError:
            self._log.exception("no good lookup configuration is left")
        return None

    def _parse_stored(self, document: Document) -> LookupConfig:
        # Blind writes merge, so a key that somebody once added would stay: it must not break the others.
        return self.parse({key: document.fields[key] for key in _KEYS & document.fields.keys()})
