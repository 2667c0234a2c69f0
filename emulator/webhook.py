"""Send the running stack a webhook, signed as its payment provider signs."""

import hmac
import http.client
import time
from urllib.parse import urlsplit

from emulator import local_http
from emulator.errors import StackError
from emulator.state import StackState
from shared.payments.providers import PROVIDERS


def sign(body: bytes, secret: str, at: int | str, scheme: str = "v1") -> str:
    """Return the signature header of a body that was sent at this Unix time in seconds."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return f"t={at},{scheme}={digest}"


def send_webhook(state: StackState, provider: str, body: bytes) -> str:
    """Sign the body with the stack's secret, send it, and return the answer.

    Raises:
        StackError: the provider is unknown, nothing answers, or the body was refused; the text says why.
    """
    if provider not in PROVIDERS:
        raise StackError(f"expected a payment provider ({', '.join(PROVIDERS)}), got {provider!r}")
    host = urlsplit(state.urls["payments"]).netloc
    headers = {PROVIDERS[provider].signature_header: sign(body, state.webhook_secret, int(time.time()))}
    path = f"/webhooks/payments/{provider}"
    try:
        status, answer = local_http.request(host, "POST", path, body, headers=headers, timeout_s=30.0)
    except (OSError, http.client.HTTPException) as error:
        raise StackError(f"{host} did not answer: {error}; see: python -m emulator logs payments") from error
    text = answer.decode("utf-8", "replace").strip()
    if status != http.client.OK:
        raise StackError(f"payments answered {status}: {text}")
    return text
