"""Where an instance is, asked of an API that speaks the real messages over the wire."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.cloud.memorystore_v1 import Instance, MemorystoreClient
from google.cloud.memorystore_v1.services.memorystore.transports import MemorystoreGrpcTransport
from google.cloud.memorystore_v1.types import (
    CertificateAuthority,
    ConnectionType,
    GetCertificateAuthorityRequest,
    GetInstanceRequest,
    GetSharedRegionalCertificateAuthorityRequest,
    PscAutoConnection,
    SharedRegionalCertificateAuthority,
)

from shared.adapters.memorystore import Endpoint, discover
from shared.errors import CacheUnavailable

REGION = "projects/p/locations/europe-west1"
NAME = f"{REGION}/instances/cache"
DISCOVERY = ConnectionType.CONNECTION_TYPE_DISCOVERY
PRIMARY = ConnectionType.CONNECTION_TYPE_PRIMARY
READER = ConnectionType.CONNECTION_TYPE_READER

Managed = CertificateAuthority.ManagedCertificateAuthority
Regional = SharedRegionalCertificateAuthority.RegionalManagedCertificateAuthority


class Api:
    """The part of the API that is asked. Holds the one instance, with whatever a test gives it."""

    def __init__(self) -> None:
        self.instance = an_instance()
        self.certificates = [["leaf", "root"], ["next root"]]

    def get_instance(self, request: GetInstanceRequest, context: grpc.ServicerContext) -> Instance:
        if request.name != self.instance.name:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such instance")
        return self.instance

    def get_own(self, request: GetCertificateAuthorityRequest, _: Any) -> CertificateAuthority:
        assert request.name == NAME
        chains = [Managed.CertChain(certificates=chain) for chain in self.certificates]
        return CertificateAuthority(managed_server_ca=Managed(ca_certs=chains))

    def get_shared(
        self, request: GetSharedRegionalCertificateAuthorityRequest, _: Any
    ) -> SharedRegionalCertificateAuthority:
        assert request.name == f"{REGION}/sharedRegionalCertificateAuthority"
        chains = [Regional.RegionalCertChain(certificates=["shared " + name]) for name in ("one", "two")]
        return SharedRegionalCertificateAuthority(managed_server_ca=Regional(ca_certs=chains))


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def client(api: Api) -> Iterator[MemorystoreClient]:
    with served(api) as client:
        yield client


@contextmanager
def served(api: Api) -> Iterator[MemorystoreClient]:
    methods = {
        "GetInstance": _handler(api.get_instance, GetInstanceRequest, Instance),
        "GetCertificateAuthority": _handler(
            api.get_own, GetCertificateAuthorityRequest, CertificateAuthority
        ),
        "GetSharedRegionalCertificateAuthority": _handler(
            api.get_shared, GetSharedRegionalCertificateAuthorityRequest, SharedRegionalCertificateAuthority
        ),
    }
    with ThreadPoolExecutor() as threads:
        server = grpc.server(threads)
        service = "google.cloud.memorystore.v1.Memorystore"
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, methods)])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield MemorystoreClient(transport=MemorystoreGrpcTransport(channel=channel))
        server.stop(None).wait()


def _handler(answer: Any, request: Any, response: Any) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=request.deserialize, response_serializer=response.serialize
    )


def a_connection(kind: int, **fields: Any) -> Instance.ConnectionDetail:
    known = {"ip_address": "10.0.0.2", "port": 6379, **fields}
    return Instance.ConnectionDetail(psc_auto_connection=PscAutoConnection(connection_type=kind, **known))


def an_instance(*connections: Instance.ConnectionDetail, **fields: Any) -> Instance:
    """Return an instance as Terraform makes ours."""
    return Instance(
        {
            "name": NAME,
            "mode": Instance.Mode.CLUSTER_DISABLED,
            "authorization_mode": Instance.AuthorizationMode.IAM_AUTH,
            "transit_encryption_mode": Instance.TransitEncryptionMode.SERVER_AUTHENTICATION,
            "server_ca_mode": Instance.ServerCaMode.GOOGLE_MANAGED_PER_INSTANCE_CA,
            "endpoints": [{"connections": list(connections or [a_connection(PRIMARY)])}],
            **fields,
        }
    )


def test_a_single_server_is_found_at_its_primary_connection(api: Api, client: MemorystoreClient) -> None:
    reader = a_connection(READER, ip_address="10.0.0.9")
    api.instance = an_instance(reader, a_connection(PRIMARY, ip_address="10.0.0.3", port=6380))
    assert discover(client, NAME) == Endpoint(
        host="10.0.0.3",
        port=6380,
        ca_pem="leaf\nroot\nnext root",
        is_ca_shared=False,
        is_cluster=False,
    )


def test_a_cluster_is_found_at_its_discovery_connection(api: Api, client: MemorystoreClient) -> None:
    nodes = Instance.ConnectionDetail(psc_auto_connection=PscAutoConnection(ip_address="10.0.0.8"))
    found = a_connection(DISCOVERY, ip_address="10.0.0.4")
    api.instance = an_instance(nodes, found, mode=Instance.Mode.CLUSTER)
    endpoint = discover(client, NAME)
    assert (endpoint.host, endpoint.port, endpoint.is_cluster) == ("10.0.0.4", 6379, True)


def test_the_connection_may_stand_in_any_endpoint(api: Api, client: MemorystoreClient) -> None:
    networks = [{}, {"connections": [Instance.ConnectionDetail()]}, {"connections": [a_connection(PRIMARY)]}]
    api.instance = an_instance(endpoints=networks)
    assert discover(client, NAME).host == "10.0.0.2"


def test_a_shared_authority_is_asked_of_the_region(api: Api, client: MemorystoreClient) -> None:
    api.instance = an_instance(server_ca_mode=Instance.ServerCaMode.GOOGLE_MANAGED_SHARED_CA)
    endpoint = discover(client, NAME)
    assert (endpoint.ca_pem, endpoint.is_ca_shared) == ("shared one\nshared two", True)


def test_an_authority_of_the_customer_vouches_for_more_than_the_instance(
    api: Api, client: MemorystoreClient
) -> None:
    api.instance = an_instance(server_ca_mode=Instance.ServerCaMode.CUSTOMER_MANAGED_CAS_CA)
    assert discover(client, NAME).is_ca_shared


@pytest.mark.parametrize(
    ("instance", "lacking"),
    [
        (an_instance(a_connection(READER)), "a primary connection"),
        (an_instance(a_connection(PRIMARY, ip_address="")), "a primary connection with an address"),
        (an_instance(a_connection(PRIMARY, port=0)), "a primary connection with an address and a port"),
        (an_instance(mode=Instance.Mode.CLUSTER), "a discovery connection"),
        (an_instance(authorization_mode=Instance.AuthorizationMode.AUTH_DISABLED), "IAM .has AUTH_DISABLED"),
        (
            an_instance(transit_encryption_mode=Instance.TransitEncryptionMode.TRANSIT_ENCRYPTION_DISABLED),
            "TLS .has TRANSIT_ENCRYPTION_DISABLED",
        ),
    ],
)
def test_what_an_instance_lacks_is_named(
    api: Api, client: MemorystoreClient, instance: Instance, lacking: str
) -> None:
    api.instance = instance
    with pytest.raises(CacheUnavailable, match=f"{NAME} lacks .*{lacking}"):
        discover(client, NAME)


def test_an_authority_without_certificates_is_named(api: Api, client: MemorystoreClient) -> None:
    api.certificates = [[]]
    with pytest.raises(CacheUnavailable, match="lacks the certificates"):
        discover(client, NAME)


def test_an_error_of_the_api_is_a_missing_cache(client: MemorystoreClient) -> None:
    with pytest.raises(CacheUnavailable, match="no such instance"):
        discover(client, f"{REGION}/instances/another")
