"""Compresses answers, which Cloud Run and its load balancer send on as they are."""

from __future__ import annotations

import zlib
from http import HTTPStatus

from flask import Request, Response

_LEAST_BYTES = 1000
"""What is shorter fits into one packet anyway."""

_GZIP = 16 + zlib.MAX_WBITS


def compress(response: Response, request: Request) -> None:
    """Compress a text with gzip for who accepts that. Its ETag must be weak: it stands for both forms."""
    response.vary.add("Accept-Encoding")
    if (
        request.accept_encodings["gzip"] > 0
        and _is_text(response.mimetype or "")
        and response.status_code != HTTPStatus.NOT_MODIFIED
        and not response.is_streamed
        and len(body := response.get_data()) >= _LEAST_BYTES
    ):
        response.set_data(zlib.compress(body, wbits=_GZIP))
        response.headers["Content-Encoding"] = "gzip"


def _is_text(mimetype: str) -> bool:
    return mimetype.startswith("text/") or mimetype.endswith("json")
