"""Finding the server takes long; asking the cache does not."""

import threading

import pytest

from emulator.standalone import Server
from shared.adapters.valkey import FIND_AGAIN_S, FIRST_SEARCH_S, PAUSE_S, ValkeyCache
from shared.adapters.valkey_connection import Connect
from shared.customers.cache import Put
from shared.errors import CacheUnavailable
from tests.contract.valkey_servers import (
    Clock,
    pool_at,
)


def test_a_slow_search_holds_nobody_up_and_counts_once_it_ends(server: Server, clock: Clock) -> None:
    may_end = threading.Event()

    def find() -> Connect:
        may_end.wait()
        return pool_at(server.host)

    cache = ValkeyCache(find, clock)
    with pytest.raises(CacheUnavailable) as caught:
        cache.get("key")
    assert isinstance(caught.value.__cause__, TimeoutError)
    with pytest.raises(CacheUnavailable, match="a moment ago"):
        cache.get("key")
    may_end.set()
    cache._searching.result()
    assert cache.get("key") is None


def test_a_write_waits_for_the_first_search(
    server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message would be delivered again at once, to an instance that is no further."""
    may_end, waited = threading.Event(), list[float | None]()

    def find() -> Connect:
        may_end.wait()
        return pool_at(server.host)

    cache = ValkeyCache(find, clock)
    search = cache._searching.result

    def result(timeout: float | None = None) -> Connect:
        waited.append(timeout)
        may_end.set()
        return search(timeout)

    monkeypatch.setattr(cache._searching, "result", result)
    assert cache.put(Put("first", b"value", version=1, ttl_s=60))
    assert waited == [FIRST_SEARCH_S]


def test_a_failed_search_is_repeated_but_not_often(server: Server, clock: Clock) -> None:
    searches: list[float] = []

    def find() -> Connect:
        searches.append(clock.now)
        if len(searches) < 3:
            raise CacheUnavailable("not there yet")
        return pool_at(server.host)

    cache = ValkeyCache(find, clock)
    started = clock.now
    while clock.now < started + 2 * FIND_AGAIN_S:
        with pytest.raises(CacheUnavailable):
            cache.get("key")
        cache._searching.exception()  # the search has begun, and ended, before the clock goes on
        clock.now += PAUSE_S
    with pytest.raises(CacheUnavailable):
        cache.get("key")  # starts the search that succeeds
    cache._searching.result()
    assert cache.get("key") is None
    assert searches == [started, started + FIND_AGAIN_S, started + 2 * FIND_AGAIN_S]


def test_the_server_found_last_stays_in_use_while_a_search_fails(server: Server, clock: Clock) -> None:
    is_found = True

    def find() -> Connect:
        if not is_found:
            raise CacheUnavailable("the API is away as well")
        return pool_at(server.host)

    cache = ValkeyCache(find, clock)
    cache.get("key")
    is_found = False
    server.process.pause()
    clock.now += FIND_AGAIN_S
    with pytest.raises(CacheUnavailable):
        cache.get("key")
    assert isinstance(cache._searching.exception(), CacheUnavailable)
    server.process.resume()
    clock.now += PAUSE_S
    assert cache.get("key") is None
