"""Memorystore for Valkey: find an instance, trust its certificates, sign in with IAM."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from socket import socket
from typing import Any, NamedTuple, cast

import google.auth
from google.api_core.exceptions import GoogleAPIError
from google.auth.credentials import Credentials, TokenState
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.cloud.memorystore_v1 import Instance, MemorystoreClient
from google.cloud.memorystore_v1.types import (
    CertificateAuthority,
    ConnectionType,
    PscAutoConnection,
    SharedRegionalCertificateAuthority,
)
from valkey import BlockingConnectionPool, Valkey
from valkey.cluster import ValkeyCluster
from valkey.connection import SSLConnection
from valkey.credentials import CredentialProvider
from valkey.exceptions import AuthenticationError

from shared.adapters.background import Background
from shared.adapters.valkey import ValkeyCache
from shared.adapters.valkey_connection import OPTIONS, POOL_TIMEOUT_S, Connect, connect_pool, reach
from shared.errors import CacheUnavailable

REACHED_WITHIN_S = 90.0
_API_TIMEOUT_S = 5.0
_TOKEN_TIMEOUT_S = 0.1
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_OWN_CA = (
    Instance.ServerCaMode.SERVER_CA_MODE_UNSPECIFIED,  # older than the choice
    Instance.ServerCaMode.GOOGLE_MANAGED_PER_INSTANCE_CA,
)
_USER = "default"  # as in Google's samples for IAM; who signs in is in the token


class Endpoint(NamedTuple):
    """Where an instance is and how its certificate is checked.

    Attributes:
        ca_pem: the only trusted certificate authorities, PEM.
        is_ca_shared: whether the authority also signs for other instances.
        is_cluster: whether this is a cluster's discovery endpoint.
    """

    host: str
    port: int
    ca_pem: str
    is_ca_shared: bool
    is_cluster: bool


class IamCredentials(CredentialProvider):
    """Signs each new connection in with an access token. Safe to share between threads.

    A connection may outlive its token; the server closes it after some hours, and the next one signs in
    again.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._background = Background[None]()

    def get_credentials(self) -> tuple[str, str]:
        """Return user and token. A token that expires soon is refreshed in the background.

        Raises:
            AuthenticationError: no token could be fetched in time. This is the library's own error, because
                only then does the library close the connection that waits for it.
        """
        state = self._credentials.token_state
        if state is not TokenState.FRESH:
            fetching = self._background.start(self.refresh)
            if state is TokenState.INVALID:
                try:
                    fetching.result(_TOKEN_TIMEOUT_S)
                except (GoogleAuthError, OSError) as error:
                    raise AuthenticationError(f"no access token: {error}") from error
        return _USER, cast(str, self._credentials.token)

    def refresh(self) -> None:
        """Fetch a new token without a time limit. Raises GoogleAuthError."""
        self._credentials.refresh(Request())  # type: ignore[no-untyped-call]


class TrustingOneAuthority(SSLConnection):
    """A TLS connection that trusts one certificate authority.

    The library's own connection would trust every public authority as well.
    """

    def __init__(self, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._context = context

    def _wrap_socket_with_ssl(self, sock: socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(sock, server_hostname=self.host)


def connect_instance(instance_name: str, connections: int, prefix: str = "") -> ValkeyCache:
    """Return the cache in the instance `projects/…/locations/…/instances/…`; connections sign in with IAM."""
    return ValkeyCache(partial(_find, instance_name, connections), prefix=prefix)


def discover(client: MemorystoreClient, instance_name: str) -> Endpoint:
    """Return the instance's endpoint.

    Raises:
        CacheUnavailable: the API does not answer, or the instance is not set up as needed; the text says how.
    """
    with _translated():
        instance = client.get_instance(name=instance_name, timeout=_API_TIMEOUT_S)
        if instance.authorization_mode != Instance.AuthorizationMode.IAM_AUTH:
            raise _lacking(instance_name, f"authorization by IAM (has {instance.authorization_mode.name})")
        if instance.transit_encryption_mode != Instance.TransitEncryptionMode.SERVER_AUTHENTICATION:
            raise _lacking(instance_name, f"TLS (has {instance.transit_encryption_mode.name})")
        is_cluster = instance.mode not in (Instance.Mode.CLUSTER_DISABLED, Instance.Mode.STANDALONE)
        connection = _find_connection(instance, is_cluster=is_cluster)
        return Endpoint(
            host=connection.ip_address,
            port=connection.port,
            ca_pem=_fetch_ca(client, instance),
            is_ca_shared=instance.server_ca_mode not in _OWN_CA,
            is_cluster=is_cluster,
        )


def connect(endpoint: Endpoint, provider: CredentialProvider, connections: int) -> Valkey:
    """Return a client for the endpoint that signs in with `provider`; with so many connections to a node."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A per-instance authority signs for nobody else, whatever address its certificates name. A shared one
    # signs for strangers too, so there the address must match. (Google's Go sample checks it; its Python
    # sample, with the library version that it names, does not.)
    context.check_hostname = endpoint.is_ca_shared
    context.load_verify_locations(cadata=endpoint.ca_pem)
    options: dict[str, Any] = {
        "credential_provider": provider,
        "connection_class": partial(TrustingOneAuthority, context),
    }
    if not endpoint.is_cluster:
        return connect_pool({"host": endpoint.host, "port": endpoint.port, **options}, connections)
    return ValkeyCluster(  # type: ignore[return-value]  # has the same commands
        url=f"valkey://{endpoint.host}:{endpoint.port}",
        cluster_error_retry_attempts=0,
        connection_pool_class=partial(BlockingConnectionPool, timeout=POOL_TIMEOUT_S),
        max_connections=connections,
        **options,
        **OPTIONS,
    )


def _find(instance_name: str, connections: int) -> Connect:
    with _translated():
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        provider = IamCredentials(credentials)
        provider.refresh()
        with MemorystoreClient(credentials=credentials) as client:
            endpoint = discover(client, instance_name)
    reach(endpoint.host, endpoint.port, REACHED_WITHIN_S)
    return partial(connect, endpoint, provider, connections)


def _find_connection(instance: Instance, *, is_cluster: bool) -> PscAutoConnection:
    wanted = (
        ConnectionType.CONNECTION_TYPE_DISCOVERY if is_cluster else ConnectionType.CONNECTION_TYPE_PRIMARY
    )
    for endpoint in instance.endpoints:
        for detail in endpoint.connections:
            connection = detail.psc_auto_connection
            if connection.connection_type == wanted and connection.ip_address and connection.port:
                return connection
    kind = "discovery" if is_cluster else "primary"
    raise _lacking(instance.name, f"a {kind} connection with an address and a port")


def _fetch_ca(client: MemorystoreClient, instance: Instance) -> str:
    get: Callable[..., CertificateAuthority | SharedRegionalCertificateAuthority]
    if instance.server_ca_mode == Instance.ServerCaMode.GOOGLE_MANAGED_SHARED_CA:
        get = client.get_shared_regional_certificate_authority
        name = f"{instance.name.partition('/instances/')[0]}/sharedRegionalCertificateAuthority"
    else:
        get, name = client.get_certificate_authority, instance.name
    chains: Sequence[Any] = get(name=name, timeout=_API_TIMEOUT_S).managed_server_ca.ca_certs
    certificates = [certificate for chain in chains for certificate in chain.certificates]
    if not certificates:
        raise _lacking(instance.name, "the certificates of its authority")
    return "\n".join(certificates)


def _lacking(instance_name: str, what: str) -> CacheUnavailable:
    return CacheUnavailable(f"Memorystore instance {instance_name} lacks {what}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (GoogleAPIError, GoogleAuthError) as error:
        raise CacheUnavailable(f"Memorystore did not say where the cache is: {error}") from error
