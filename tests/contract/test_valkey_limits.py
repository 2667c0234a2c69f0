"""How often something may be done: counted in Valkey, across all that count."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import valkey

from emulator.standalone import Server
from shared.adapters.valkey import ValkeyCache
from tests.contract.valkey_servers import Clock, admin_of, cache_at

HOUR_S = 3600


@pytest.fixture
def admin(server: Server) -> Iterator[valkey.Valkey]:
    with admin_of(server.host) as client:
        yield client


@pytest.fixture
def cache(server: Server) -> ValkeyCache:
    return cache_at(server.host, Clock())


@pytest.fixture
def key() -> str:
    return uuid4().hex


def go_back(admin: valkey.Valkey, key: str, seconds: float) -> None:
    """Make everything that was counted this much older."""
    admin.set(key, str(float(str(admin.get(key), "ascii")) - seconds * 1000))  # type: ignore[arg-type]


def test_a_limit_is_all_there_is_at_once_and_then_comes_back_evenly(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    for _ in range(4):
        assert cache.take({key: 4}, window_s=HOUR_S) == 0
    wait_s = cache.take({key: 4}, window_s=HOUR_S)
    assert HOUR_S / 4 - 60 < wait_s <= HOUR_S / 4
    go_back(admin, key, wait_s)
    assert cache.take({key: 4}, window_s=HOUR_S) == 0
    assert cache.take({key: 4}, window_s=HOUR_S) > 0


def test_several_uses_at_once_count_as_many(cache: ValkeyCache, admin: valkey.Valkey, key: str) -> None:
    assert cache.take({key: 4}, window_s=HOUR_S, uses=3) == 0
    wait_s = cache.take({key: 4}, window_s=HOUR_S, uses=2)
    assert HOUR_S / 4 - 60 < wait_s <= HOUR_S / 4
    assert cache.take({key: 4}, window_s=HOUR_S) == 0
    go_back(admin, key, HOUR_S)
    assert cache.take({key: 4}, window_s=HOUR_S, uses=4) == 0


def test_what_one_limit_refuses_is_counted_by_none(cache: ValkeyCache, key: str) -> None:
    narrow, wide = f"{{{key}}}:narrow", f"{{{key}}}:wide"
    assert cache.take({wide: 2, narrow: 1}, window_s=HOUR_S) == 0
    for _ in range(3):
        assert cache.take({wide: 2, narrow: 1}, window_s=HOUR_S) > 0
    assert cache.take({wide: 2}, window_s=HOUR_S) == 0
    assert cache.take({wide: 2}, window_s=HOUR_S) > 0


def test_a_count_is_forgotten_when_it_no_longer_matters(
    cache: ValkeyCache, admin: valkey.Valkey, key: str
) -> None:
    cache.take({key: 4}, window_s=HOUR_S)
    assert 0 < admin.pttl(key) <= HOUR_S / 4 * 1000 + 1  # type: ignore[operator]


def test_racing_callers_never_get_more_than_the_limit(cache: ValkeyCache, key: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda _: cache.take({key: 10}, window_s=HOUR_S), range(40)))
    assert waits.count(0) == 10
