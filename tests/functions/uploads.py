"""Bodies of any length, sent by somebody who counts how much of them is read."""

from __future__ import annotations

import io
from typing import Any, Literal

from flask import Flask
from werkzeug.test import TestResponse

Framing = Literal["announced", "chunked"]
"""Whether the request says how long its body is."""


class Upload(io.RawIOBase):
    """A body of zeros, and how much of it was read."""

    def __init__(self, size: int) -> None:
        self.read_bytes = 0
        self.size = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.size - self.read_bytes)
        buffer[:count] = bytes(count)
        self.read_bytes += count
        return count

    def send(self, app: Flask, method: str, path: str, framing: Framing, **headers: str) -> TestResponse:
        """Send it as servers pass it on: chunked ones without a length, in a stream that ends."""
        environ: dict[str, Any] = {"wsgi.input": self, "CONTENT_LENGTH": str(self.size)}
        if framing == "chunked":
            environ |= {
                "CONTENT_LENGTH": "",
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input_terminated": True,
            }
        return app.test_client().open(path, method=method, headers=headers, environ_overrides=environ)
