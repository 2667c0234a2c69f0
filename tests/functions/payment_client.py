"""A payment provider, as the webhook knows it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.webhooks import sign_now

HEADERS = {"bravive": "X-Signature", "stripe": "Stripe-Signature"}


class PaymentProvider:
    """Sends notices, signed as they should be unless a header is given."""

    def __init__(self, app: Flask, secret: str) -> None:
        self._client = app.test_client()
        self._secret = secret

    def send(
        self, body: Any, provider: str = "bravive", *, header: str | None = None, secret: str | None = None
    ) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        header = sign_now(data, secret or self._secret) if header is None else header
        return self._client.post(
            f"/webhooks/payments/{provider}",
            data=data,
            headers={HEADERS.get(provider, "X-Signature"): header},
        )
