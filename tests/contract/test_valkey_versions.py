"""Which value stays in the cache."""

import threading
from collections.abc import Iterator
from itertools import permutations
from typing import Any, cast
from uuid import uuid4

import pytest
import valkey

from emulator.standalone import Server
from shared.adapters.valkey import ValkeyCache
from shared.adapters.valkey_scripts import Versioned
from shared.customers.cache import Put
from shared.errors import CacheUnavailable
from tests.contract.valkey_servers import Clock, admin_of, cache_at

TTL_S = 600


@pytest.fixture
def host(server: Server) -> str:
    return server.host


@pytest.fixture
def admin(host: str) -> Iterator[valkey.Valkey]:
    with admin_of(host) as client:
        yield client


@pytest.fixture
def cache(host: str) -> ValkeyCache:
    return cache_at(host, Clock())


@pytest.fixture
def key() -> str:
    return uuid4().hex


def test_a_missing_key_is_none(cache: ValkeyCache, key: str) -> None:
    assert cache.get(key) is None


@pytest.mark.parametrize(
    ("stored", "put", "is_stored"),
    [
        (1, 2, True),
        (2, 2, True),
        (2, 1, False),
        (0, 0, True),
        (9, 10, True),
        (10, 9, False),
        (2**53, 2**53 + 1, True),
        (2**53 + 1, 2**53, False),
        (10**18 + 1, 10**18, False),
    ],
)
def test_a_newer_value_is_never_replaced_by_an_older_one(
    cache: ValkeyCache, key: str, stored: int, put: int, is_stored: bool
) -> None:
    assert cache.put(Put(key, b"first", version=stored, ttl_s=TTL_S))
    assert cache.put(Put(key, b"second", version=put, ttl_s=TTL_S)) is is_stored
    assert cache.get(key) == (Versioned(put, b"second") if is_stored else Versioned(stored, b"first"))


@pytest.mark.parametrize("order", list(permutations([7, 8, 10])))
def test_the_newest_value_stays_in_whatever_order_values_come(
    cache: ValkeyCache, key: str, order: tuple[int, ...]
) -> None:
    for version in order:
        cache.put(Put(key, b"value %d" % version, version=version, ttl_s=TTL_S))
    assert cache.get(key) == Versioned(10, b"value 10")


def test_the_newest_value_stays_when_threads_race(cache: ValkeyCache, key: str) -> None:
    together = threading.Barrier(2)

    def put(versions: range) -> None:
        together.wait()
        for version in versions:
            cache.put(Put(key, b"%d" % version, version=version, ttl_s=TTL_S))

    racers = [threading.Thread(target=put, args=(range(first, 100, 2),)) for first in (0, 1)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert cache.get(key) == Versioned(99, b"99")


@pytest.mark.parametrize("garbage", [b"", b"{}", b"5", b"-5 x", b" 5 x", b"5.5 x", b"five x"])
def test_a_value_in_another_form_is_a_miss_and_is_replaced(
    cache: ValkeyCache, admin: valkey.Valkey, key: str, garbage: bytes
) -> None:
    admin.set(key, garbage)
    assert cache.get(key) is None
    assert cache.put(Put(key, b"good", version=0, ttl_s=TTL_S))
    assert cache.get(key) == Versioned(0, b"good")


def test_a_key_of_another_type_is_replaced(cache: ValkeyCache, admin: valkey.Valkey, key: str) -> None:
    admin.rpush(key, "a list")
    assert cache.put(Put(key, b"good", version=0, ttl_s=TTL_S))
    assert cache.get(key) == Versioned(0, b"good")


def test_leading_zeros_make_no_version_newer(cache: ValkeyCache, admin: valkey.Valkey, key: str) -> None:
    admin.set(key, b"0007 old")
    assert cache.get(key) == Versioned(7, b"old")
    assert cache.put(Put(key, b"new", version=8, ttl_s=TTL_S))


@pytest.mark.parametrize("value", [b"", b" ", b"5 5", b"\x00\r\n\xff", b"x" * 100_000])
def test_any_bytes_come_back_as_they_were(cache: ValkeyCache, key: str, value: bytes) -> None:
    assert cache.put(Put(key, value, version=3, ttl_s=TTL_S))
    assert cache.get(key) == Versioned(3, value)
    assert not cache.put(Put(key, b"older", version=2, ttl_s=TTL_S))


def test_a_stored_value_expires_and_a_refused_one_prolongs_nothing(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    cache.put(Put(key, b"value", version=2, ttl_s=50))
    cache.put(Put(key, b"older", version=1, ttl_s=9000))
    assert 0 < cast(int, admin.ttl(key)) <= 50
    cache.put(Put(key, b"newer", version=3, ttl_s=9000))
    assert cast(int, admin.ttl(key)) > 50


def test_a_server_that_forgot_the_script_is_given_it_again(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    assert cache.put(Put(key, b"before", version=1, ttl_s=TTL_S))
    admin.script_flush()
    assert cache.put(Put(key, b"after", version=2, ttl_s=TTL_S))
    assert not cache.put(Put(key, b"older", version=1, ttl_s=TTL_S))


def test_reading_costs_one_get_and_writing_one_script(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    cache.put(Put(key, b"value", version=1, ttl_s=TTL_S))
    admin.config_resetstat()
    cache.get(key)
    assert _calls(admin) == {"get": 1}
    admin.config_resetstat()
    cache.put(Put(key, b"value", version=2, ttl_s=TTL_S))
    assert _calls(admin) == {"eval": 1, "get": 1, "set": 1}, "the script's own get and set included"


def test_many_values_take_one_round_trip_for_each_hundred(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    puts = [Put(f"{key} {n}", b"value", version=1, ttl_s=TTL_S) for n in range(101)]
    cache.get(key)
    before = _reads(admin)
    assert cache.put_all(puts) == [True] * 101
    # The server reads what a client has sent in pieces of 16 kB; a command by itself is one piece.
    assert _reads(admin) - before < 30


def test_what_one_value_of_many_meets_is_told_of_that_one_alone(cache: ValkeyCache, key: str) -> None:
    cache.put(Put(f"{key} newer", b"newer", version=9, ttl_s=TTL_S))
    names = ("newer", "new", "ends too late")
    puts = [Put(f"{key} {name}", b"value", version=1, ttl_s=TTL_S) for name in names]
    puts[2] = puts[2]._replace(ttl_s=2**62)
    newer, new, refused = cache.put_all(puts)
    assert (newer, new) == (False, True)
    assert isinstance(refused, CacheUnavailable)
    assert "expire" in str(refused)
    assert cache.get(f"{key} ends too late") is None


def test_what_is_read_lives_on_but_a_value_of_version_0(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    for version in (0, 1):
        cache.put(Put(f"{key} {version}", b"value", version=version, ttl_s=50))
    found = cache.get_and_renew([f"{key} 0", f"{key} 1", f"{key} 2"], 9000)
    assert found == [Versioned(0, b"value"), Versioned(1, b"value"), None]
    assert cast(int, admin.ttl(f"{key} 0")) <= 50
    assert cast(int, admin.ttl(f"{key} 1")) > 50


def _reads(admin: valkey.Valkey) -> int:
    return int(cast("dict[str, Any]", admin.info("stats"))["total_reads_processed"])


def _calls(admin: valkey.Valkey) -> dict[str, int]:
    statistics = cast("dict[str, Any]", admin.info("commandstats"))
    calls = {name.removeprefix("cmdstat_"): entry["calls"] for name, entry in statistics.items()}
    return {name: count for name, count in calls.items() if not name.startswith(("config", "info"))}
