"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response, json

LONGEST = 200
"""Characters of what an answer repeats of a request."""

_LONGEST_DETAIL = 4000


def cut(text: str, most: int = LONGEST) -> str:
    """Return the text, without its end where it has more characters than this."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


@dataclass
class Problem(Exception):
    """An answer that is not what was asked for. `errors` has a line for each wrong field."""

    status: HTTPStatus
    detail: str
    errors: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the problem as an HTTP answer."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            # It may repeat what was sent.
            "detail": cut(self.detail, _LONGEST_DETAIL),
        }
        if self.errors:
            body["errors"] = [{"field": name, "detail": said} for name, said in self.errors.items()]
        return Response(
            json.dumps(body), self.status, dict(self.headers), content_type="application/problem+json"
        )
