"""How the cache is connected to, and how little a connection may cost."""

from pathlib import Path

import pytest

from emulator.standalone import Server
from shared.adapters.valkey import (
    POOL_TIMEOUT_S,
    RENEW_S,
    STEP_TIMEOUT_S,
    ValkeyCache,
    Versioned,
    connect_pool,
    connect_url,
)
from shared.errors import CacheUnavailable, SettingsError
from tests.contract.valkey_servers import (
    Clock,
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
    pool = connect_pool(asked_for).connection_pool
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


def test_a_full_pool_is_a_missing_cache(server: Server, clock: Clock) -> None:
    client = pool_at(server.host)()
    pool = client.connection_pool
    taken = [pool.get_connection("GET") for _ in range(pool.max_connections)]
    with pytest.raises(CacheUnavailable, match="No connection available"):
        ValkeyCache(lambda: lambda: client, clock).get("key")
    for connection in taken:
        pool.release(connection)


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_an_address_is_connected_to(server: Server, scheme: str) -> None:
    cache = connect_url(f"{scheme}://{server.host}/3")
    assert cache.put_if_newer("by address", b"value", version=1, ttl_s=60)
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
