"""Plain HTTP to this machine, past any proxy the environment may name."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

JSON = {"Content-Type": "application/json"}


def request(
    host: str,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 5.0,
    token: str | None = None,
) -> tuple[int, bytes]:
    """Send one request to `address:port` and return (status, raw answer); a body of bytes goes as it is.

    Raises:
        OSError, http.client.HTTPException: nothing answers there, or no HTTP.
    """
    connection = http.client.HTTPConnection(host, timeout=timeout_s)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**(JSON if data else {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        connection.request(method, path, data, {**sent, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def request_json(host: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Like `request`, with the answer decoded; an answer that is no JSON comes as {}."""
    status, raw = request(host, method, path, body, timeout_s=30.0)
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, {}
