"""The local stack's own token issuer: a key, the tokens it signs, and its public half over HTTP."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.errors import StackError
from emulator.ports import HOST

JWKS_PATH = "/.well-known/jwks.json"
ALGORITHM = "RS256"
KEY_ID = "local"
TOKEN_LIFETIME_S = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """Who signs, for whom, and with which private key (PEM)."""

    issuer: str
    audience: str
    private_key: bytes

    def sign(self, stores: Sequence[str] | Literal["*"], roles: Sequence[str]) -> str:
        """Return a token that is good for twelve hours."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": "local-developer",
            "iat": now,
            "exp": now + TOKEN_LIFETIME_S,
            "stores": stores if stores == "*" else list(stores),
            "roles": list(roles),
        }
        return jwt.encode(claims, self.private_key, algorithm=ALGORITHM, headers={"kid": KEY_ID})

    def build_jwks(self) -> dict[str, list[dict[str, object]]]:
        """Return the JSON Web Key Set that checks the tokens."""
        private = serialization.load_pem_private_key(self.private_key, password=None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise StackError("the issuer's key is no RSA key; restart the stack")
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        return {"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": ALGORITHM}]}


def make_private_key() -> bytes:
    """Return a new private key (PEM)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_private_key(path: Path, key: bytes) -> None:
    """Keep the key where only its owner can read it."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)  # before there is anything to read in it
    path.write_bytes(key)


class JwksServer:
    """Serves a key set from a thread of this process."""

    def __init__(self, port: int, jwks: Mapping[str, object]) -> None:
        """Start serving."""
        body = json.dumps(jwks).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_known = self.path == JWKS_PATH
                self.send_response(200 if is_known else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body if is_known else b"{}")

            def log_message(self, format: str, *args: object) -> None:
                """Keep the terminal quiet."""

        self._server = ThreadingHTTPServer((HOST, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
