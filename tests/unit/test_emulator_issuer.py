"""The local issuer: what it signs is accepted by whoever reads its keys."""

from pathlib import Path

import jwt
import pytest

from emulator.issuer import JWKS_PATH, JwksServer, TokenIssuer, make_private_key, write_private_key
from emulator.ports import PortBook


@pytest.fixture(scope="module")
def issuer() -> TokenIssuer:
    return TokenIssuer(issuer="http://issuer", audience="demo-tillpulse", private_key=make_private_key())


def test_a_token_is_checked_with_the_keys_that_are_served(issuer: TokenIssuer) -> None:
    port = PortBook({}).assign("issuer")
    server = JwksServer(port, issuer.build_jwks())
    try:
        token = issuer.sign(["s-1"], ["viewer"])
        key = jwt.PyJWKClient(f"http://127.0.0.1:{port}{JWKS_PATH}").get_signing_key_from_jwt(token)
    finally:
        server.close()
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="demo-tillpulse", issuer="http://issuer")
    assert (claims["stores"], claims["roles"]) == (["s-1"], ["viewer"])
    assert claims["exp"] - claims["iat"] == 12 * 3600


def test_all_stores_are_a_star(issuer: TokenIssuer) -> None:
    token = issuer.sign("*", ["admin"])
    assert jwt.decode(token, options={"verify_signature": False})["stores"] == "*"


def test_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("an old key, open to all")
    write_private_key(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_private_key_is_not_served(issuer: TokenIssuer) -> None:
    (key,) = issuer.build_jwks()["keys"]
    assert not {"d", "p", "q"} & set(key)
