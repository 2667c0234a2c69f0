"""How the cache is connected to, and how little a connection may cost."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey, exceptions

from emulator.standalone import Server
from shared import runtime
from shared.adapters.valkey import PAUSE_S, RENEW_S, ValkeyCache, connect_url
from shared.adapters.valkey_connection import OPTIONS, POOL_TIMEOUT_S, STEP_TIMEOUT_S, connect_pool
from shared.adapters.valkey_scripts import Versioned
from shared.customers.cache import Put
from shared.errors import CacheUnavailable, SettingsError
from tests.contract.valkey_servers import (
    Clock,
    CrowdServer,
    admin_of,
    cache_at,
    client_ids,
    own_id,
    pool_at,
)
from tests.patience import wait_for
from tests.servers import running_valkey

OUR_LIMITS = {"socket_connect_timeout": STEP_TIMEOUT_S, "socket_timeout": STEP_TIMEOUT_S}


def test_each_step_has_its_limit(server: Server) -> None:
    address, _, port = server.host.rpartition(":")
    asked_for = {"host": address, "port": int(port), "socket_timeout": 60.0, "timeout": 60.0}
    pool = connect_pool(asked_for, 1).connection_pool
    assert pool.timeout == POOL_TIMEOUT_S
    connection = pool.get_connection("GET")
    assert {name: getattr(connection, name) for name in OUR_LIMITS} == OUR_LIMITS
    pool.release(connection)


def test_connections_are_replaced_before_the_network_forgets_them(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    with admin_of(server.host) as admin:
        cache.get("key")
        first = client_ids(admin)
        clock.now += RENEW_S / 2
        cache.get("key")
        assert client_ids(admin) == first
        clock.now += RENEW_S / 2
        cache.get("key")
        wait_for(lambda: client_ids(admin) & first == {own_id(admin)})


def test_as_many_callers_as_there_are_places_are_answered_at_once(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPTIONS, "socket_timeout", 20.0)
    monkeypatch.setitem(OPTIONS, "socket_connect_timeout", 20.0)
    with CrowdServer(crowd=24) as server, ThreadPoolExecutor(24) as callers:
        cache = ValkeyCache(lambda: pool_at(server.host, connections=24), clock)
        cache._searching.result()
        assert list(callers.map(cache.get, ["key"] * 24)) == [None] * 24


def test_an_instance_has_a_connection_for_each_request_that_it_serves_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "GOOGLE_CLOUD_PROJECT": "demo",
        "THREADS": "64",
        "VALKEY_URL": f"redis://{server.host}",
    }.items():
        monkeypatch.setenv(name, value)
    runtime.reset()
    assert runtime.valkey()._current_client().connection_pool.max_connections == 64
    runtime.reset()


def test_a_full_pool_is_a_missing_cache_for_this_caller_alone(server: Server, clock: Clock) -> None:
    client = pool_at(server.host, connections=2)()
    cache, pool = ValkeyCache(lambda: lambda: client, clock), client.connection_pool
    taken = [pool.get_connection("GET") for _ in range(2)]
    with pytest.raises(CacheUnavailable, match="No connection available"):
        cache.get("key")
    for connection in taken:
        pool.release(connection)
    assert cache.get("key") is None


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [(exceptions.TimeoutError, True), (exceptions.ConnectionError, False), (exceptions.ReadOnlyError, False)],
)
def test_a_slow_connection_costs_only_its_caller_while_others_are_answered_and_a_broken_one_the_client(
    server: Server, clock: Clock, error: type[Exception], is_kept: bool
) -> None:
    class OneUnluckyCaller(Valkey):
        def get(self, name: Any) -> Any:
            if name == "unlucky":
                assert cache.get("of another caller") is None
                raise error("for the test")
            return super().get(name)

    made: list[Valkey] = []

    def connect() -> Valkey:
        made.append(OneUnluckyCaller(connection_pool=pool_at(server.host)().connection_pool))
        return made[-1]

    cache = ValkeyCache(lambda: connect, clock)
    with pytest.raises(CacheUnavailable):
        cache.get("unlucky")
    if not is_kept:
        with pytest.raises(CacheUnavailable, match="a moment ago"):
            cache.get("key")
        clock.now += PAUSE_S
    assert cache.get("key") is None
    assert len(made) == (1 if is_kept else 2)


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_an_address_is_connected_to(server: Server, scheme: str) -> None:
    cache = connect_url(f"{scheme}://{server.host}/3")
    assert cache.put(Put("by address", b"value", version=1, ttl_s=60))
    assert cache.get("by address") == Versioned(1, b"value")
    with admin_of(server.host) as admin:
        admin.select(3)
        assert admin.exists("by address")


def test_an_unknown_name_is_a_missing_cache() -> None:
    with pytest.raises(CacheUnavailable):
        connect_url("redis://no-such-host.invalid").get("key")


@pytest.mark.parametrize("url", ["", "http://host", "redis://:se/cret@host", "redis://host?db=x"])
def test_an_address_that_cannot_be_read_stops_the_instance_and_tells_no_password(url: str) -> None:
    with pytest.raises(SettingsError, match="VALKEY_URL") as caught:
        connect_url(url)
    assert "se" not in str(caught.value).replace("expected", "").split()


def test_no_connection_is_left_open(tmp_path: Path, clock: Clock) -> None:
    with running_valkey(tmp_path) as server, admin_of(server.host) as admin:
        cache = cache_at(server.host, clock)
        cache.get("key")
        assert len(client_ids(admin)) == 2
        del cache
        wait_for(lambda: client_ids(admin) == {own_id(admin)})
