"""The local stack's issuer, served for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.issuer import TokenIssuer, make_private_key
from emulator.issuer_site import Client, IssuerServer, IssuerSite
from emulator.ports import HOST, PortBook

AUDIENCE = "tillpulse-tests"
DASHBOARD = "https://dashboard.test"
CLIENT = Client(
    client_id="dashboard-tests",
    client_secret="s:e%c/r&t",
    callbacks=frozenset({f"{DASHBOARD}/signin/callback"}),
    sign_out_pages=frozenset({f"{DASHBOARD}/signin"}),
)


@contextmanager
def serve_issuer_site() -> Iterator[TokenIssuer]:
    """Serve an issuer at the address that is its name."""
    port = PortBook({}).assign("issuer")
    tokens = TokenIssuer(issuer=f"http://{HOST}:{port}", audience=AUDIENCE, private_key=make_private_key())
    server = IssuerServer(port, IssuerSite(tokens, CLIENT))
    try:
        yield tokens
    finally:
        server.close()
