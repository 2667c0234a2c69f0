"""Connecting to an instance: TLS by one authority, and an access token at each new connection."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import valkey
from valkey.exceptions import AuthenticationError

from emulator.ports import HOST, PortBook
from emulator.standalone import Server
from shared.adapters import memorystore
from shared.adapters.memorystore import Endpoint, IamCredentials, connect
from shared.adapters.valkey import PAUSE_S, RENEW_S, ValkeyCache
from shared.adapters.valkey_scripts import Versioned
from shared.customers.cache import Put
from shared.errors import CacheUnavailable
from tests.contract.test_memorystore_discovery import (
    NAME,
    PRIMARY,
    Api,
    a_connection,
    an_instance,
    served,
)
from tests.contract.test_memorystore_tokens import Tokens
from tests.contract.valkey_servers import (
    Authority,
    Clock,
    admin_of,
    client_ids,
    own_id,
    running_cluster,
    tls_in_front_of,
)
from tests.patience import wait_for


@pytest.fixture
def admin(server: Server) -> Iterator[valkey.Valkey]:
    """Give a client that stays signed in while the password changes, and takes it back at the end."""
    address, _, port = server.host.rpartition(":")
    with valkey.Valkey(host=address, port=int(port), single_connection_client=True) as client:
        client.config_set("requirepass", "token-1")
        yield client
        client.config_set("requirepass", "")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def cache_of(endpoint: Endpoint, tokens: Tokens, clock: Clock) -> ValkeyCache:
    provider = IamCredentials(tokens)
    return ValkeyCache(lambda: partial(connect, endpoint, provider, 3), clock)


def an_endpoint(port: int, ca_pem: str, *, is_ca_shared: bool = False, is_cluster: bool = False) -> Endpoint:
    return Endpoint(HOST, port, ca_pem, is_ca_shared, is_cluster)


@pytest.mark.parametrize("is_ca_shared", [False, True])
def test_the_cache_is_reached_by_tls_with_a_token(
    server: Server, admin: valkey.Valkey, tokens: Tokens, clock: Clock, tmp_path: Path, is_ca_shared: bool
) -> None:
    authority = Authority("ours")
    with tls_in_front_of(server.host, authority.serve_as(HOST, tmp_path)) as port:
        endpoint = an_endpoint(port, authority.pem, is_ca_shared=is_ca_shared)
        cache = cache_of(endpoint, tokens, clock)
        assert cache.put(Put("by tls", b"value", version=1, ttl_s=60))
        assert cache.get("by tls") == Versioned(1, b"value")
        assert admin.exists("by tls")
        assert tokens.handed_out == 1


def test_a_server_of_another_authority_is_refused_and_never_sees_the_token(
    server: Server, tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    theirs = Authority("theirs").serve_as(HOST, tmp_path)
    with (
        tls_in_front_of(server.host, theirs) as port,
        pytest.raises(CacheUnavailable, match="certificate verify failed"),
    ):
        cache_of(an_endpoint(port, Authority("ours").pem), tokens, clock).get("key")
    assert tokens.handed_out == 0


def test_no_other_authority_is_trusted_than_the_one_of_the_instance() -> None:
    ours = Authority("ours")
    client = connect(an_endpoint(6379, ours.pem), IamCredentials(Tokens()), 3)
    connection = client.connection_pool.make_connection()
    assert [dict(ca["subject"][0])["commonName"] for ca in connection._context.get_ca_certs()] == ["ours"]


@pytest.mark.parametrize("is_ca_shared", [False, True])
def test_a_strangers_address_counts_where_the_authority_is_shared(
    server: Server,
    admin: valkey.Valkey,  # noqa: ARG001 - asks for the token
    tokens: Tokens,
    clock: Clock,
    tmp_path: Path,
    is_ca_shared: bool,
) -> None:
    authority = Authority("shared or not")
    with tls_in_front_of(server.host, authority.serve_as("10.1.2.3", tmp_path)) as port:
        cache = cache_of(an_endpoint(port, authority.pem, is_ca_shared=is_ca_shared), tokens, clock)
        if is_ca_shared:
            with pytest.raises(CacheUnavailable, match="certificate is not valid for"):
                cache.get("key")
        else:
            assert cache.get("key") is None


def test_a_new_connection_signs_in_with_the_token_of_the_day(
    server: Server, admin: valkey.Valkey, tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    authority = Authority("ours")
    with tls_in_front_of(server.host, authority.serve_as(HOST, tmp_path)) as port:
        cache = cache_of(an_endpoint(port, authority.pem), tokens, clock)
        cache.get("key")
        admin.config_set("requirepass", "token-2")
        tokens.expire_in(dt.timedelta())
        assert cache.get("key") is None, "a connection outlives its token"
        clock.now += RENEW_S
        assert cache.get("key") is None
        assert tokens.handed_out == 2


def test_a_server_that_closes_old_connections_is_signed_in_to_again(
    server: Server, admin: valkey.Valkey, tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    authority = Authority("ours")
    with tls_in_front_of(server.host, authority.serve_as(HOST, tmp_path)) as port:
        cache = cache_of(an_endpoint(port, authority.pem), tokens, clock)
        cache.get("key")
        admin.config_set("requirepass", "token-2")
        tokens.expire_in(dt.timedelta())
        admin.client_kill_filter(_type="normal", skipme=True)
        wait_for(lambda: client_ids(admin) == {own_id(admin)})
        try:
            cache.get("key")
        except CacheUnavailable:  # its end may still be under way
            clock.now += PAUSE_S
            cache.get("key")
        assert tokens.handed_out == 2


def test_a_refused_token_is_a_missing_cache(
    server: Server, admin: valkey.Valkey, tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    authority = Authority("ours")
    admin.config_set("requirepass", "another")
    with (
        tls_in_front_of(server.host, authority.serve_as(HOST, tmp_path)) as port,
        pytest.raises(CacheUnavailable) as caught,
    ):
        cache_of(an_endpoint(port, authority.pem), tokens, clock).get("key")
    assert isinstance(caught.value.__cause__, AuthenticationError)


def test_a_cluster_is_reached_by_tls_with_a_token(tokens: Tokens, clock: Clock, tmp_path: Path) -> None:
    authority = Authority("ours")
    port = PortBook({}).assign("tls")
    context = authority.serve_as(HOST, tmp_path)
    with (
        running_cluster(tmp_path, announced_port=port) as host,
        tls_in_front_of(host, context, port),
        admin_of(host) as admin,
    ):
        admin.config_set("requirepass", "token-1")
        cache = cache_of(an_endpoint(port, authority.pem, is_cluster=True), tokens, clock)
        assert cache.put(Put("in a slot", b"value", version=2, ttl_s=60))
        assert not cache.put(Put("in a slot", b"older", version=1, ttl_s=60))
        limits = {"{one slot}:narrow": 1, "{one slot}:wide": 2}
        assert cache.take(limits, window_s=60) == 0
        assert cache.take(limits, window_s=60) > 0
        assert cache.get("in a slot") == Versioned(2, b"value")
        assert cache.get_and_renew(["in a slot", "in another"], 60) == [Versioned(2, b"value"), None]


def test_an_instance_is_found_once_it_is_reached(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new instance of a function has an address long before packets reach it."""
    api = Api()
    api.certificates = [["a certificate"]]
    port = PortBook({}).assign("nobody")
    with served(api) as client:
        api.instance = an_instance(a_connection(PRIMARY, ip_address=HOST, port=port))
        monkeypatch.setattr("google.auth.default", lambda scopes: (tokens, scopes))
        monkeypatch.setattr(memorystore, "MemorystoreClient", lambda credentials: client)  # noqa: ARG005
        monkeypatch.setattr(memorystore, "REACHED_WITHIN_S", 0)
        with pytest.raises(CacheUnavailable, match="ConnectionRefusedError"):
            memorystore.connect_instance(NAME, 3)._searching.result()


def test_an_instance_is_found_and_signed_in_to_by_its_name_alone(
    server: Server,
    admin: valkey.Valkey,  # noqa: ARG001 - asks for the token
    tokens: Tokens,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    authority, api = Authority("ours"), Api()
    api.certificates = [[authority.pem]]
    with (
        tls_in_front_of(server.host, authority.serve_as(HOST, tmp_path)) as port,
        served(api) as client,
    ):
        api.instance = an_instance(a_connection(PRIMARY, ip_address=HOST, port=port))
        monkeypatch.setattr("google.auth.default", lambda scopes: (tokens, scopes))
        monkeypatch.setattr(memorystore, "MemorystoreClient", lambda credentials: client)  # noqa: ARG005
        cache = memorystore.connect_instance(NAME, 3)
        cache._searching.result()
        assert cache.get("key") is None
