"""Decide what a stack consists of, before anything is started."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from emulator import readiness
from emulator.errors import StackError
from emulator.issuer import TokenIssuer, make_private_key
from emulator.issuer_site import JWKS_PATH, Client
from emulator.jars import FIRESTORE, PUBSUB, Emulator
from emulator.options import StackOptions
from emulator.ports import HOST, PortBook
from emulator.services import Builder, Service
from emulator.state import PROJECT_ID, StateFolder
from emulator.topology import Topology

CUSTOMER_API = "externalApi"
_CLIENT_ID = "tillpulse-dashboard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Addresses, secrets and programs of one stack.

    `firestore_host` is what clients use: the proxy where there is one, with `firestore_upstream` behind it.
    `busy_ports` are {name: port} of the programs whose usual port is taken by another.
    """

    topology: Topology
    services: Mapping[str, Service]
    firestore_host: str
    firestore_upstream: str
    pubsub_host: str
    valkey_url: str
    issuer: TokenIssuer
    issuer_port: int
    client: Client
    webhook_secret: str
    busy_ports: Mapping[str, int]

    @property
    def urls(self) -> dict[str, str]:
        """{name: address} of what is called over HTTP: functions without a topic, and the customer API."""
        names = [function.name for function in self.topology.local if function.topic is None]
        names += [CUSTOMER_API] if CUSTOMER_API in self.services else []
        return {name: f"http://{self.services[name].address}" for name in names}


def make_plan(options: StackOptions, topology: Topology, folder: StateFolder) -> Plan:
    """Find every program and port.

    Raises:
        StackError: something is missing; names the command that installs it.
    """
    ports = PortBook(options.ports)
    builder = Builder(folder=folder.path, logs=folder.logs, ports=ports, environ=options.environ)
    services = {}
    firestore_upstream = _find_running(options.environ, FIRESTORE)
    if firestore_upstream is None:
        services["firestore"] = builder.build_firestore()
        firestore_upstream = services["firestore"].address
    firestore_host = firestore_upstream
    if options.with_firestore_proxy:
        firestore_host = f"{HOST}:{ports.assign('firestore-proxy')}"
    pubsub_host = _find_running(options.environ, PUBSUB)
    if pubsub_host is None:
        services["pubsub"] = builder.build_pubsub()
        pubsub_host = services["pubsub"].address
    services["valkey"] = builder.build_valkey()
    valkey_url = f"redis://{services['valkey'].address}/0"

    issuer_port = ports.assign("issuer")
    issuer = TokenIssuer(
        issuer=f"http://{HOST}:{issuer_port}", audience=PROJECT_ID, private_key=make_private_key()
    )
    webhook_secret = secrets.token_urlsafe(32)
    values = {
        "AUTH_AUDIENCE": issuer.audience,
        "AUTH_ISSUER": issuer.issuer,
        "AUTH_JWKS_URL": issuer.issuer + JWKS_PATH,
        "DEFAULT_TIMEZONE": "UTC",
        "FIRESTORE_DATABASE": "(default)",
        "GOOGLE_CLOUD_PROJECT": PROJECT_ID,
        "LOCAL_STACK": "1",
        "LOG_LEVEL": "INFO",
        "OIDC_CLIENT_ID": _CLIENT_ID,
        "VALKEY_URL": valkey_url,
    }
    if any("CUSTOMER_API_ENDPOINT" in function.environment for function in topology.functions):
        services[CUSTOMER_API] = builder.build_customer_api()
        origin = f"http://{services[CUSTOMER_API].address}"
        values["CUSTOMER_API_ENDPOINT"] = f"{origin}/customers"
        values["CUSTOMER_API_TOKENS"] = json.dumps([{"origin": origin, "token": webhook_secret}])
    emulator_hosts = {FIRESTORE.host_variable: firestore_host, PUBSUB.host_variable: pubsub_host}
    for function in topology.local:
        services[function.name] = builder.build_function(
            function, root=options.root, values=values, emulator_hosts=emulator_hosts, secret=webhook_secret
        )
    return Plan(
        topology=topology,
        services=services,
        firestore_host=firestore_host,
        firestore_upstream=firestore_upstream,
        pubsub_host=pubsub_host,
        valkey_url=valkey_url,
        issuer=issuer,
        issuer_port=issuer_port,
        client=_plan_client(services, webhook_secret),
        webhook_secret=webhook_secret,
        busy_ports=ports.busy,
    )


def _plan_client(services: Mapping[str, Service], secret: str) -> Client:
    """Return the dashboard as the issuer's client, at either name of this machine."""
    ports = [service.port for name, service in services.items() if name == "dashboard"]
    sites = {f"http://{host}:{port}" for host in (HOST, "localhost") for port in ports}
    return Client(
        client_id=_CLIENT_ID,
        client_secret=secret,
        callbacks=frozenset(f"{site}/signin/callback" for site in sites),
        sign_out_pages=frozenset(f"{site}/signin" for site in sites),
    )


def _find_running(environ: Mapping[str, str], emulator: Emulator) -> str | None:
    """Return the address that the environment names for the emulator; the stack uses it and never ends it."""
    host = environ.get(emulator.host_variable)
    if host and not readiness.has_http_answer(host):
        raise StackError(
            f"{emulator.host_variable} names {host}, where nothing answers; start that emulator, or unset it"
        )
    return host or None
