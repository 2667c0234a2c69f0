"""The local stack's own token issuer: a key, and the tokens it signs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulator.errors import StackError

ALGORITHM = "RS256"
KEY_ID = "local"
TOKEN_LIFETIME_S = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """Who signs, for whom, and with which private key (PEM)."""

    issuer: str
    audience: str
    private_key: bytes

    def sign(self, stores: Sequence[str] | Literal["*"], roles: Sequence[str], **others: Any) -> str:
        """Return a token that is good for twelve hours; `others` are further claims, or other values."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": "local-developer",
            "iat": now,
            "exp": now + TOKEN_LIFETIME_S,
            "stores": stores if stores == "*" else list(stores),
            "roles": list(roles),
            **others,
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
