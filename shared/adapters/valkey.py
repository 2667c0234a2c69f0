"""The cache in Valkey: the newest version wins, and a server that is down costs almost nothing.

Some outages only show as silence. So each step has a short timeout, nothing is retried, slow work (finding
the server) runs on its own thread, and after a failure the server is not called for a second.
"""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any, TypeVar, cast

from valkey import Valkey
from valkey.cluster import ValkeyCluster
from valkey.connection import Connection, SSLConnection, parse_url

from shared import tracing
from shared.adapters.background import Background
from shared.adapters.valkey_connection import (
    Connect,
    connect_pool,
    found_pool_full,
    timed_out,
    translate,
    translated,
    was_answered,
)
from shared.adapters.valkey_scripts import GET_AND_RENEW, PUT_IF_NEWER, TAKE, Versioned, parse_stored
from shared.customers.cache import Put
from shared.errors import CacheUnavailable, SettingsError

Found = TypeVar("Found")

FIND_TIMEOUT_S = 0.15
FIRST_SEARCH_S = 40.0
"""How long a write waits for an instance's first search; a message must still be acknowledged in time."""

PAUSE_S = 1.0
FIND_AGAIN_S = 5.0
RENEW_S = 300.0  # networks drop the packets of a connection that was idle for about 10 minutes

_MOST_COMMANDS = 100


class ValkeyCache:
    """Versioned values by key. Safe to share between threads.

    The search for the server starts in the constructor, so an instance that builds the cache early does not
    wait later.

    Args:
        find: finds the server, without a time limit. Runs at the start and after failures, at most every
            `FIND_AGAIN_S`; while a new search fails, the last server found stays in use.
        clock: monotonic seconds.
        prefix: stands before every key, so that what was made from another database is not found.
    """

    def __init__(
        self, find: Callable[[], Connect], clock: Callable[[], float] = time.monotonic, prefix: str = ""
    ) -> None:
        self._prefix = prefix
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
        return parse_stored(self._ask(lambda client: cast("bytes | None", client.get(self._prefix + key))))

    def get_and_renew(self, keys: Sequence[str], ttl_s: int) -> list[Versioned | None]:
        """As `get`, for several keys; what is found lives for `ttl_s` from now on.

        A value of version 0 keeps its time: it says that there is nothing, and soon there may be. All keys
        take one round trip; in a cluster, each takes one.

        Raises:
            CacheUnavailable: read from Firestore instead.
        """
        named = [self._prefix + key for key in keys]

        def get(client: Valkey) -> list[bytes | None]:
            # In a cluster, the keys of one call share a slot.
            calls = [[key] for key in named] if isinstance(client, ValkeyCluster) else [named]
            answers = [client.eval(GET_AND_RENEW, len(call), *call, str(ttl_s)) for call in calls]
            return list(chain.from_iterable(cast("list[list[bytes | None]]", answers)))

        return [parse_stored(stored) for stored in self._ask(get)]

    def put(self, put: Put) -> bool:
        """As `put_all`, for one value. Raise what that returns."""
        [stored] = self.put_all([put])
        if isinstance(stored, CacheUnavailable):
            raise stored
        return stored

    def put_all(self, puts: Sequence[Put]) -> list[bool | CacheUnavailable]:
        """Store each value unless a newer version is stored; return whether each was stored, or its error.

        A value of the same version (0 or more) is replaced. A hundred values take one round trip.

        Raises:
            CacheUnavailable: some values may be stored; put all of them again.
        """
        stored: list[bool | CacheUnavailable] = []
        for start in range(0, len(puts), _MOST_COMMANDS):
            chunk = puts[start : start + _MOST_COMMANDS]
            for answer in self._run([(PUT_IF_NEWER, p.key, (p.version, p.value, p.ttl_s)) for p in chunk]):
                stored.append(answer if isinstance(answer, CacheUnavailable) else bool(answer))
        return stored

    def take(self, limits: Mapping[str, int], *, window_s: int, uses: int = 1) -> float:
        """Count the uses under each key; return 0, or the seconds to wait if one is used up.

        A key allows `limit` uses at once, and gets them back evenly over the window (the generic cell rate
        algorithm). Uses that one key refuses are counted under none. In a cluster the keys must share a hash
        tag.

        Raises:
            CacheUnavailable: the use may or may not be counted.
        """

        def take(client: Valkey) -> float:
            arguments = [window_s * 1000, uses, *limits.values()]
            keys = [self._prefix + key for key in limits]
            return float(client.register_script(TAKE)(keys=keys, args=arguments)) / 1000

        return self._ask(take)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the values; in a cluster the keys must share a hash tag.

        Raises:
            CacheUnavailable: the values may or may not be deleted; delete them again.
        """
        self._ask(lambda client: client.delete(*(self._prefix + key for key in keys)))

    def _run(self, commands: Sequence[tuple[str, str, tuple[Any, ...]]]) -> list[Any]:
        """Run each script on its key, in one round trip; return the answers, and errors of single commands.

        Raises:
            CacheUnavailable: no command was answered well.
        """

        def run(client: Valkey) -> list[Any]:
            pipeline = client.pipeline(transaction=False)
            for script, key, arguments in commands:
                # Not `eval`, which the library withholds from clusters although it finds the key's node.
                pipeline.execute_command(  # type: ignore[no-untyped-call]
                    "EVAL", script, 1, self._prefix + key, *arguments
                )
            answers: list[Any] = pipeline.execute(raise_on_error=False)  # type: ignore[no-untyped-call]
            if answers and all(isinstance(answer, Exception) for answer in answers):
                raise answers[0]
            return answers

        return [translate(a) if isinstance(a, Exception) else a for a in self._ask(run, FIRST_SEARCH_S)]

    def _ask(self, question: Callable[[Valkey], Found], first_s: float = FIND_TIMEOUT_S) -> Found:
        self._raise_while_resting()
        answers = self._answers
        try:
            with tracing.span("cache"), translated():
                answer = question(self._current_client(first_s))
        except CacheUnavailable as error:
            others_were_answered = self._answers != answers
            if was_answered(error):
                self._rests_until = None
            elif not (found_pool_full(error) or (timed_out(error) and others_were_answered)):
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

    def _current_client(self, first_s: float = FIND_TIMEOUT_S) -> Valkey:
        connect = self._connect or self._searching.result(first_s)
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


def connect_url(url: str, connections: int = 16, prefix: str = "") -> ValkeyCache:
    """Return the cache at a `redis://` or `valkey://` address or, with TLS, `rediss://` or `valkeys://`.

    Args:
        url: the address.
        connections: the most at once. Each caller needs one, so have as many as requests are served at once.
        prefix: of the keys; see `ValkeyCache`.

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

    return ValkeyCache(find, prefix=prefix)
