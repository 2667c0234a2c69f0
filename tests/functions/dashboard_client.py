"""Asking the dashboard's API as somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.functions.tokens import Issuer


class Asker:
    """Somebody with a token; one without asks with none."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token is not None else {}

    def get(self, path: str, **parameters: Any) -> TestResponse:
        return self._client.get(path, query_string=parameters, headers=self._headers)

    def send(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self._client.open(path, method=method, json=body, headers=self._headers)

    def upload(self, method: str, path: str, body: bytes) -> TestResponse:
        return self._client.open(path, method=method, data=body, headers=self._headers)


class Crowd:
    """Makes askers of all kinds."""

    def __init__(self, app: Flask, issuer: Issuer) -> None:
        self._app = app
        self.issuer = issuer

    def nobody(self) -> Asker:
        return Asker(self._app)

    def bearer(self, token: str) -> Asker:
        return Asker(self._app, token)

    def somebody(self, stores: Any, roles: Sequence[str] = ("viewer",), **claims: Any) -> Asker:
        return Asker(self._app, self.issuer.sign(stores=stores, roles=[*roles], **claims))

    def admin(self, stores: Any = "*") -> Asker:
        return self.somebody(stores, ["admin"])


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """Check that the answer is a problem of that status, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def wrong_fields(answer: TestResponse) -> set[str]:
    """Return the fields that a 400 names."""
    return {error["field"] for error in problem(answer, 400)["errors"]}
