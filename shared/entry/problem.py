"""Errors as RFC 9457 problem details."""

from __future__ import annotations

import re
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
    """An answer that is not what was asked for.

    errors: a line for each wrong field.
    code: what went wrong, for programs; the status's phrase where that says it all.
    codes: the same for each wrong field, {field: (code, the values that its line names)}.
    """

    status: HTTPStatus
    detail: str
    errors: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    codes: Mapping[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the problem as an HTTP answer."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "code": self.code or code_of(self.status.phrase.replace(" ", "")),
            # It may repeat what was sent.
            "detail": cut(self.detail, _LONGEST_DETAIL),
        }
        if self.errors:
            body["errors"] = [self._error(name, said) for name, said in self.errors.items()]
        return Response(
            json.dumps(body), self.status, dict(self.headers), content_type="application/problem+json"
        )

    def _error(self, name: str, said: str) -> dict[str, object]:
        code, values = self.codes.get(name, ("", {}))
        return {"field": name, "detail": said, "code": code or "wrong", "values": values}


def code_of(name: str) -> str:
    """Return the code of an error by its name: "store-settled" for StoreSettled."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
