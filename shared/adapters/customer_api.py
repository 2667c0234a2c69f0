"""The stores' customer API: called with timeouts and retries, and never trusted.

Unless the configuration says otherwise, `GET <api_endpoint>?identifier=…&type=phone|email|card&storeId=…`
answers 200 and the store's customer as JSON, or 404.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from cachetools import LRUCache
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential
from urllib3.exceptions import HTTPError, ReadTimeoutError

from shared.adapters.breaker import Breaker
from shared.adapters.checked_http import checked_session
from shared.adapters.customer_answer import read_customer
from shared.baskets.api_shape import AnswerShape, fill, fill_path
from shared.baskets.calls import ApiCall
from shared.baskets.lookup_config import LookupConfig
from shared.domain.api_origins import ApiOrigin, token_for
from shared.domain.call_outcome import ANSWERED, PASSING, CallOutcome
from shared.domain.customer_identifier import CustomerIdentifier
from shared.domain.lookup import Answer

MAX_BODY_BYTES = 64 * 1024
CONNECTIONS = 16
MOST_ENDPOINTS = 100
FAILURES_TO_OPEN = 5
REST_S = 15.0
_CONNECT_TIMEOUT_S = 3.0
_WAIT = wait_random_exponential(multiplier=0.1, max=2.0)
_UNKNOWN_STATUSES = (404, 410)


class _TooLarge(Exception):
    """The body is longer than any customer; `start` is what was read of it."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self.start = start


class CustomerApi:
    """Looks customers up. Safe to share between threads.

    Args:
        local: whether this is a developer's machine; plain HTTP to loopback addresses is then allowed.
        tokens: each is sent as a bearer token, to its origin and for its stores alone.
        sleep: waits between attempts, in seconds.
    """

    def __init__(
        self,
        *,
        local: bool,
        tokens: Sequence[ApiOrigin] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = checked_session(local=local, connections=CONNECTIONS)
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
        self._tokens = tokens
        self._sleep = sleep
        self._breakers: LRUCache[str, Breaker[ApiCall]] = LRUCache(MOST_ENDPOINTS)
        self._lock = Lock()

    def look_up(self, store_id: str, identifier: CustomerIdentifier, config: LookupConfig) -> list[ApiCall]:
        """Return every call that was made; the last one has the answer, if there is one.

        No call is made while the circuit breaker is open. Together the calls take no longer than
        `config.budget_s`, give or take one packet.
        """
        calls: list[ApiCall] = []
        deadline = time.monotonic() + config.budget_s
        breaker = self._breaker(config.api_endpoint)
        try:
            request = self._request(store_id, identifier, config)
        except ValueError:
            # No customer of this API has an identifier that its addresses can't hold.
            return [
                ApiCall(called_at=datetime.now(UTC), attempt=1, duration_ms=0.0, outcome=CallOutcome.REFUSED)
            ]

        def attempt() -> ApiCall | None:
            timeout_s = min(config.timeout_seconds, max(0.05, deadline - time.monotonic()))
            call = breaker.run(lambda: self._call(request, config.answer, timeout_s))
            if call is not None:
                calls.append(replace(call, attempt=len(calls) + 1))
            return call

        retrying = Retrying(
            retry=retry_if_result(lambda call: call is not None and call.outcome in PASSING),
            stop=stop_after_attempt(config.retry_attempts) | stop_before_delay(config.budget_s),
            wait=_wait,
            sleep=self._sleep,
            retry_error_callback=lambda _: None,
        )
        retrying(attempt)
        return calls

    def _request(
        self, store_id: str, identifier: CustomerIdentifier, config: LookupConfig
    ) -> requests.Request:
        shape, kind = config.request, str(identifier.kind)
        types = {str(known): name for known, name in shape.types.items()}
        values = {"identifier": identifier.value, "type": types.get(kind, kind), "storeId": store_id}
        url = config.api_endpoint
        if shape.path:
            address = urlsplit(url)
            path = address.path.rstrip("/") + fill_path(shape.path, values)
            url = address._replace(path=path).geturl()
        query = {fill(name, values): fill(value, values) for name, value in shape.query.items()}
        token = token_for(config.api_endpoint, store_id, self._tokens)
        headers = {
            name: fill(value, {"token": token or ""})
            for name, value in shape.headers.items()
            if token or "{token}" not in value
        }
        return requests.Request("GET", url, params=query, headers=headers)

    def _breaker(self, endpoint: str) -> Breaker[ApiCall]:
        with self._lock:
            if endpoint not in self._breakers:
                self._breakers[endpoint] = Breaker(
                    lambda call: call.outcome in PASSING, fail_max=FAILURES_TO_OPEN, reset_s=REST_S
                )
            return self._breakers[endpoint]

    def _call(self, request: requests.Request, shape: AnswerShape, timeout_s: float) -> ApiCall:
        called_at, began = datetime.now(UTC), time.monotonic()
        status, body, retry_after_s, profile = None, b"", None, None
        try:
            with self._session.send(
                self._session.prepare_request(request),
                timeout=(min(timeout_s, _CONNECT_TIMEOUT_S), timeout_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                retry_after_s = _retry_after(response.headers.get("Retry-After"), called_at)
                body = _read(response, began + timeout_s)
            outcome, profile = _judge(status, body, shape)
        except (requests.Timeout, ReadTimeoutError):
            outcome = CallOutcome.TIMEOUT
        except _TooLarge as error:
            outcome, body = CallOutcome.TOO_LARGE, error.start
        except (requests.RequestException, HTTPError):
            outcome = CallOutcome.CONNECTION_ERROR
        call = ApiCall(
            called_at=called_at,
            attempt=1,
            duration_ms=round((time.monotonic() - began) * 1000, 1),
            outcome=outcome,
            status=status,
            response=body.decode(errors="replace"),
            retry_after_s=retry_after_s,
        )
        if outcome not in ANSWERED:
            return call
        return replace(call, answer=Answer(asked_at=called_at, profile=profile, call_id=call.call_id))


def _wait(state: RetryCallState) -> float:
    call = state.outcome.result() if state.outcome else None
    wanted_s = call.retry_after_s if call else None
    return max(wanted_s or 0.0, _WAIT(state))


def _read(response: requests.Response, deadline: float) -> bytes:
    """Return the body without trusting its declared length; a body that trickles in is a timeout."""
    body = b""
    while chunk := response.raw.read1(16 * 1024, decode_content=True):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _TooLarge(body[:MAX_BODY_BYTES])
        if time.monotonic() > deadline:
            raise requests.Timeout("the body did not end in time")
    return body


def _judge(status: int, body: bytes, shape: AnswerShape) -> tuple[CallOutcome, dict[str, Any] | None]:
    if status in _UNKNOWN_STATUSES:
        return CallOutcome.UNKNOWN, None
    if status == 429:
        return CallOutcome.RATE_LIMITED, None
    if status >= 500 or status == 408:
        return CallOutcome.SERVER_ERROR, None
    if status != 200:
        return CallOutcome.REFUSED, None
    try:
        profile = read_customer(body, shape)
    except ValueError:
        return CallOutcome.MALFORMED, None
    return (CallOutcome.FOUND if profile else CallOutcome.UNKNOWN), profile


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that the header asks to wait; it holds a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
