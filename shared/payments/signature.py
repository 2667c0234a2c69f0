"""Webhook signatures: an HMAC-SHA256 over the sending time and the body. Pure.

The header reads `t=<unix seconds>,v1=<hex>`, with one `v1` for each secret that the provider signs with.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from datetime import datetime

from shared.domain.webhook_grant import WebhookGrant

TOLERANCE_S = 300
"""How far the sending time may be from ours, either way; an older request may be a replay."""

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)


def signed_by(
    header: str, body: bytes, grants: Collection[WebhookGrant], now: datetime
) -> list[WebhookGrant]:
    """Return the grants whose secret signed this body within the tolerance.

    Args:
        header: the signature header as received, empty if missing; fields other than t and v1 are ignored.
        body: the bytes as received; parsed and serialised again, they would differ.
        grants: the secrets in use.
        now: our time.
    """
    fields = [field.strip().partition("=") for field in header.split(",")]
    times = [value for name, _, value in fields if name == "t"]
    given = [value.lower() for name, _, value in fields if name == "v1" and _DIGEST.fullmatch(value)]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        return []
    signed = times[0].encode() + b"." + body
    expected = [hmac.new(grant.secret.encode(), signed, "sha256").hexdigest() for grant in grants]
    # Lists, not generators: timing must not reveal which one matched.
    matched = [any([hmac.compare_digest(right, one) for one in given]) for right in expected]
    if abs(now.timestamp() - int(times[0])) > TOLERANCE_S:
        return []
    return [grant for grant, is_match in zip(grants, matched, strict=True) if is_match]
