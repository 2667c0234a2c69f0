"""An issuer of tokens, right and wrong ones, whose keys are served over HTTP."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.issuer import make_private_key
from emulator.issuer_site import JWKS_PATH
from emulator.ports import HOST
from tests.issuer_site import AUDIENCE, serve_issuer_site


class Issuer:
    """Signs tokens with its own key, or with a stranger's."""

    def __init__(self, url: str, private_key: bytes) -> None:
        self.url = url
        self.jwks_url = url + JWKS_PATH
        self._key = private_key
        self._strange_key = make_private_key()

    def sign(self, *, algorithm: str = "RS256", kid: str = "local", **claims: Any) -> str:
        """Return a token; a claim that is given as None is left out."""
        return jwt.encode(self._claims(claims), self._key, algorithm=algorithm, headers={"kid": kid})

    def sign_strangely(self, **claims: Any) -> str:
        """Return a token under our key's id, signed with another key."""
        return jwt.encode(
            self._claims(claims), self._strange_key, algorithm="RS256", headers={"kid": "local"}
        )

    def leave_unsigned(self, **claims: Any) -> str:
        return jwt.encode(self._claims(claims), "", algorithm="none", headers={"kid": "local"})

    def sign_with_the_public_key(self, **claims: Any) -> str:
        """Return a token whose secret is what everybody knows: the public key."""
        private = serialization.load_pem_private_key(self._key, password=None)
        assert isinstance(private, rsa.RSAPrivateKey)
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        head = _encode({"alg": "HS256", "typ": "JWT", "kid": "local"})
        signed = f"{head}.{_encode(self._claims(claims))}"
        return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"

    def _claims(self, changed: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + 3600}
        return {name: value for name, value in (claims | changed).items() if value is not None}


@contextmanager
def serve_issuer() -> Iterator[Issuer]:
    """Make an issuer and serve its site."""
    with serve_issuer_site() as tokens:
        yield Issuer(tokens.issuer, tokens.private_key)


@contextmanager
def serve_page(body: bytes) -> Iterator[str]:
    """Serve one page, whatever is asked for, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the output to the tests."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _encode(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
