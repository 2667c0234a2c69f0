"""The cache in Valkey: the newest version wins, and a server that is down costs almost nothing.

Some outages only show as silence. So each step has a short timeout, nothing is retried, slow work (finding
the server) runs on its own thread, and after a failure the server is not called for a second.
"""

from __future__ import annotations

import math
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from threading import Lock, Thread
from typing import Any, Generic, NamedTuple, TypeVar, cast

from valkey import BlockingConnectionPool, Valkey
from valkey.connection import Connection, SSLConnection, parse_url
from valkey.exceptions import (
    ChildDeadlockedError,
    ReadOnlyError,
    ResponseError,
    ValkeyClusterException,
    ValkeyError,
)
from valkey.exceptions import TimeoutError as StepTimeout

from shared.errors import CacheUnavailable, SettingsError

Found = TypeVar("Found")

Connect = Callable[[], Valkey]
"""Returns a client with its own connections. Fast: connections are opened on first use."""

UNAVAILABLE = (ValkeyError, ValkeyClusterException, ChildDeadlockedError, OSError)
"""Everything that the library raises; its `ConnectionError` and `TimeoutError` are not the builtins."""

STEP_TIMEOUT_S = 0.15
POOL_TIMEOUT_S = 4 * STEP_TIMEOUT_S  # who has the connection connects, signs in, may have to load a script
FIND_TIMEOUT_S = 0.15
PAUSE_S = 1.0
FIND_AGAIN_S = 5.0
RENEW_S = 300.0  # networks drop the packets of a connection that was idle for about 10 minutes

OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": STEP_TIMEOUT_S,
    "socket_timeout": STEP_TIMEOUT_S,
    "lib_name": None,  # otherwise each new connection starts with two more calls
    "lib_version": None,
}

PUT_IF_NEWER = """
local stored = redis.pcall('GET', KEYS[1])
local version = type(stored) == 'string' and string.match(stored, '^0*(%d+) ')
local new = ARGV[1]
-- Compared as text: a Lua number is exact only up to 2^53.
if version and (#version > #new or (#version == #new and version > new)) then
  return 0
end
redis.call('SET', KEYS[1], new .. ' ' .. ARGV[2], 'EX', ARGV[3])
return 1
"""
TAKE = """
local now = redis.call('TIME')
now = now[1] * 1000 + now[2] / 1000
local window = tonumber(ARGV[1])
local wait, full_at = 0, {}
for i, key in ipairs(KEYS) do
  -- When all that was taken is given back: a window holds `limit` uses, given back one by one.
  local each = window / tonumber(ARGV[i + 1])
  full_at[i] = math.max(now, tonumber(redis.call('GET', key) or 0)) + each
  wait = math.max(wait, full_at[i] - window - now)
end
if wait > 0 then
  return math.ceil(wait)
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.3f', full_at[i]), 'PX', math.ceil(full_at[i] - now))
end
return 0
"""
_POOL_IS_FULL = "No connection available."
_STORED = re.compile(rb"(\d+) (.*)", re.DOTALL)


class Versioned(NamedTuple):
    """A value and the version of the data it was made from."""

    version: int
    value: bytes


@contextmanager
def translated() -> Iterator[None]:
    """Raise the library's errors as `CacheUnavailable`."""
    try:
        yield
    except UNAVAILABLE as error:
        raise CacheUnavailable(f"Valkey did not answer: {type(error).__name__}: {error}") from error


class Background(Generic[Found]):
    """Runs a slow function on its own thread, one run at a time. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._run: Future[Found] | None = None

    def start(self, run: Callable[[], Found]) -> Future[Found]:
        """Start a run unless one is in progress; return the run in progress."""
        with self._lock:
            if self._run is None or self._run.done():
                self._run = Future()
                Thread(target=_complete, args=(self._run, run), daemon=True).start()
            return self._run


def _complete(future: Future[Found], run: Callable[[], Found]) -> None:
    try:
        future.set_result(run())
    except Exception as error:  # noqa: BLE001 - raised to whoever waits for the run
        future.set_exception(error)


class ValkeyCache:
    """Versioned values by key. Safe to share between threads.

    The search for the server starts in the constructor, so an instance that builds the cache early does not
    wait later.

    Args:
        find: finds the server, without a time limit. Runs at the start and after failures, at most every
            `FIND_AGAIN_S`; while a new search fails, the last server found stays in use.
        clock: monotonic seconds.
    """

    def __init__(self, find: Callable[[], Connect], clock: Callable[[], float] = time.monotonic) -> None:
        self._find = find
        self._clock = clock
        self._lock = Lock()
        self._search = Background[Connect]()
        self._searched_at = -math.inf
        self._connect: Connect | None = None
        self._client: Valkey | None = None
        self._connected_at = -math.inf
        self._answers = 0
        self._rests_until: float | None = None
        self._searching = self._search_again(clock())

    def get(self, key: str) -> Versioned | None:
        """Return the stored value, or None where there is none in our format.

        Raises:
            CacheUnavailable: read from Firestore instead.
        """
        return _parse(self._ask(lambda client: cast("bytes | None", client.get(key))))

    def get_many(self, keys: Sequence[str]) -> list[Versioned | None]:
        """As `get`, for several keys in one round trip; in a cluster they must share a hash tag."""
        return [_parse(s) for s in self._ask(lambda client: cast("list[bytes | None]", client.mget(keys)))]

    def put_if_newer(self, key: str, value: bytes, *, version: int, ttl_s: int) -> bool:
        """Store the value unless a newer version is stored, and return whether it was stored.

        A value of the same version (0 or more) is replaced.

        Raises:
            CacheUnavailable: the value may or may not be stored; put it again.
        """

        def put(client: Valkey) -> bool:
            return bool(client.register_script(PUT_IF_NEWER)(keys=[key], args=[version, value, ttl_s]))

        return self._ask(put)

    def take(self, limits: Mapping[str, int], *, window_s: int) -> float:
        """Count one use under each key; return 0, or the seconds to wait if one is used up.

        A key allows `limit` uses at once, and gets them back evenly over the window (the generic cell rate
        algorithm). A use that one key refuses is counted under none. In a cluster the keys must share a hash
        tag.

        Raises:
            CacheUnavailable: the use may or may not be counted.
        """

        def take(client: Valkey) -> float:
            arguments = [window_s * 1000, *limits.values()]
            return float(client.register_script(TAKE)(keys=[*limits], args=arguments)) / 1000

        return self._ask(take)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the values; in a cluster the keys must share a hash tag.

        Raises:
            CacheUnavailable: the values may or may not be deleted; delete them again.
        """
        self._ask(lambda client: client.delete(*keys))

    def _ask(self, question: Callable[[Valkey], Found]) -> Found:
        self._raise_while_resting()
        answers = self._answers
        try:
            with translated():
                answer = question(self._current_client())
        except CacheUnavailable as error:
            others_were_answered = self._answers != answers
            if _was_answered(error):
                self._rests_until = None
            elif not (_found_pool_full(error) or (_timed_out(error) and others_were_answered)):
                self._rest()
            raise
        self._answers += 1  # if two threads count one, it still has changed
        self._rests_until = None
        return answer

    def _raise_while_resting(self) -> None:
        with self._lock:
            if self._rests_until is not None:
                now = self._clock()
                if now < self._rests_until:
                    raise CacheUnavailable("Valkey failed a moment ago and is not asked again yet")
                self._rests_until = now + PAUSE_S  # only this call tries; the others fail fast

    def _rest(self) -> None:
        with self._lock:
            now = self._clock()
            self._rests_until = now + PAUSE_S
            self._client = None  # its other connections are probably dead too
            if now - self._searched_at >= FIND_AGAIN_S:
                self._searching = self._search_again(now)

    def _current_client(self) -> Valkey:
        connect = self._connect or self._searching.result(FIND_TIMEOUT_S)
        with self._lock:
            now = self._clock()
            if self._client is None or now - self._connected_at >= RENEW_S:
                self._client, self._connected_at = connect(), now
            return self._client

    def _search_again(self, now: float) -> Future[Connect]:
        self._searched_at = now
        return self._search.start(self._look)

    def _look(self) -> Connect:
        found = self._find()
        with self._lock:
            if self._connect is None:
                self._rests_until = None  # it rested only because the search was slow
            self._connect, self._client = found, None
        return found


def connect_url(url: str, connections: int = 16) -> ValkeyCache:
    """Return the cache at a `redis://` or `valkey://` address or, with TLS, `rediss://` or `valkeys://`.

    Args:
        url: the address.
        connections: the most at once. Each caller needs one, so have as many as requests are served at once.

    Raises:
        SettingsError: the address is malformed.
    """
    try:
        options = parse_url(url)
    except ValueError:  # not chained: the library's text may hold part of the password
        raise SettingsError("VALKEY_URL: expected an address such as redis://host:6379/0") from None
    if options.get("connection_class", Connection) is SSLConnection:
        options.setdefault("ssl_check_hostname", True)  # the library's default accepts any public certificate
    host, port = options.get("host", "localhost"), options.get("port", 6379)

    def find() -> Connect:
        with translated():
            socket.getaddrinfo(host, port)  # takes no timeout; if it hangs, it hangs on this thread
        return partial(connect_pool, options, connections)

    return ValkeyCache(find)


def connect_pool(options: dict[str, Any], connections: int) -> Valkey:
    """Return a client with its own pool; our timeouts and bounds override those in `options`.

    A caller for whom no connection is free waits for one.
    """
    bounded = {**options, **OPTIONS, "max_connections": connections, "timeout": POOL_TIMEOUT_S}
    pool = BlockingConnectionPool(**bounded)  # type: ignore[no-untyped-call]
    return Valkey(connection_pool=pool)


def _parse(stored: bytes | None) -> Versioned | None:
    parsed = _STORED.fullmatch(stored or b"")
    return Versioned(int(parsed[1]), parsed[2]) if parsed else None


def _was_answered(error: CacheUnavailable) -> bool:
    """Tell whether the server is up and refused this command only. A demoted primary must be left instead.

    Inside a script, Valkey sends the error code that the library knows, Redis 6 only a text.
    """
    cause = error.__cause__
    is_demoted = isinstance(cause, ReadOnlyError) or "READONLY" in str(cause)
    return isinstance(cause, ResponseError) and not is_demoted


def _found_pool_full(error: CacheUnavailable) -> bool:
    """Tell whether others use every connection. They will tell how the server is."""
    return str(error.__cause__) == _POOL_IS_FULL


def _timed_out(error: CacheUnavailable) -> bool:
    """Tell whether a step took too long. If others are answered meanwhile, only this connection is slow."""
    return isinstance(error.__cause__, StepTimeout)
