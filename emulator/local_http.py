"""Plain HTTP to this machine, past any proxy the environment may name."""

import http.client
import json
from typing import Any


def request(
    host: str, method: str, path: str, body: object = None, *, timeout_s: float = 5.0
) -> tuple[int, bytes]:
    """Send one request to `address:port`, the body as JSON, and return (status, raw answer).

    Raises:
        OSError, http.client.HTTPException: nothing answers there, or no HTTP.
    """
    connection = http.client.HTTPConnection(host, timeout=timeout_s)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
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
