"""What a cache that is away costs, and how it comes back."""

import socket
import threading

import pytest
from valkey import exceptions

from emulator.ports import HOST
from emulator.standalone import Server
from shared.adapters.valkey import PAUSE_S
from shared.adapters.valkey_scripts import Versioned
from shared.customers.cache import Put
from shared.errors import CacheUnavailable
from tests.contract.valkey_servers import (
    Clock,
    SilentServer,
    admin_of,
    black_hole,
    cache_at,
    client_ids,
)


def test_a_refused_connection_is_a_missing_cache(clock: Clock) -> None:
    with socket.socket() as reserved:
        reserved.bind((HOST, 0))  # and not listening
        cache = cache_at(f"{HOST}:{reserved.getsockname()[1]}", clock)
        with pytest.raises(CacheUnavailable) as caught:
            cache.get("key")
    assert isinstance(caught.value.__cause__, exceptions.ConnectionError)


def test_dropped_packets_are_a_missing_cache(clock: Clock) -> None:
    with black_hole() as host, pytest.raises(CacheUnavailable) as caught:
        cache_at(host, clock).get("key")
    assert isinstance(caught.value.__cause__, exceptions.TimeoutError)


def test_a_silent_server_is_asked_once_a_pause(clock: Clock) -> None:
    with SilentServer() as silent:
        cache = cache_at(silent.host, clock)
        for _ in range(5):
            with pytest.raises(CacheUnavailable):
                cache.get("key")
        assert len(silent.accepted) == 1
        clock.now += PAUSE_S
        for _ in range(5):
            with pytest.raises(CacheUnavailable):
                cache.put(Put("key", b"value", version=1, ttl_s=60))
        assert len(silent.accepted) == 2


def test_after_a_pause_one_caller_tries_and_the_others_go_without(clock: Clock) -> None:
    with SilentServer() as silent:
        cache = cache_at(silent.host, clock)
        with pytest.raises(CacheUnavailable):
            cache.get("key")
        clock.now += PAUSE_S

        def get() -> None:
            with pytest.raises(CacheUnavailable):
                cache.get("key")

        callers = [threading.Thread(target=get) for _ in range(8)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert len(silent.accepted) == 2


def test_a_frozen_server_is_found_again_after_the_pause(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    assert cache.put(Put("frozen", b"value", version=1, ttl_s=60))
    server.process.pause()
    with pytest.raises(CacheUnavailable) as caught:
        cache.get("frozen")
    assert isinstance(caught.value.__cause__, exceptions.TimeoutError)
    server.process.resume()
    clock.now += PAUSE_S
    assert cache.get("frozen") == Versioned(1, b"value")


def test_a_restarted_server_is_found_again_after_the_pause(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    assert cache.put(Put("restarted", b"old", version=5, ttl_s=60))
    server.stop()
    with pytest.raises(CacheUnavailable):
        cache.put(Put("restarted", b"new", version=6, ttl_s=60))
    server.start()
    with pytest.raises(CacheUnavailable, match="a moment ago"):
        cache.get("restarted")
    clock.now += PAUSE_S
    assert cache.get("restarted") is None
    assert cache.put(Put("restarted", b"new", version=1, ttl_s=60))


def test_a_restart_between_two_calls_fails_neither(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    cache.get("key")
    server.stop()
    server.start()
    assert cache.get("key") is None


def test_a_refused_command_leaves_the_cache_in_use(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    with admin_of(server.host) as admin:
        admin.rpush("list", "entry")
    with pytest.raises(CacheUnavailable) as caught:
        cache.get("list")
    assert isinstance(caught.value.__cause__, exceptions.ResponseError)
    assert cache.get("another") is None


def test_a_demoted_server_is_left_for_a_new_connection(server: Server, clock: Clock) -> None:
    cache = cache_at(server.host, clock)
    cache.get("key")
    with admin_of(server.host) as admin:
        before = client_ids(admin)
        admin.replicaof(HOST, 1)
        with pytest.raises(CacheUnavailable, match=r"READONLY|ReadOnlyError"):
            cache.put(Put("key", b"value", version=1, ttl_s=60))
        admin.replicaof("NO", "ONE")
        clock.now += PAUSE_S
        assert cache.put(Put("key", b"value", version=1, ttl_s=60))
        assert client_ids(admin) - before
