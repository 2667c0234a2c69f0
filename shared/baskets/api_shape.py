"""How a customer API is asked, and where its answers have each field: settings, with ours as the default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, Self
from urllib.parse import quote

from jsonpointer import JsonPointer, JsonPointerException
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)
_PARTS = frozenset({"identifier", "type", "storeId"})
_TOKEN = frozenset({"token"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_OUR_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "cookie", "expect", "host", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
"""They frame the request, or say what we can read."""

_MOST_PARTS = 10

Kind = Literal["phone", "email", "card"]


def fill(template: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """Return the template with each value, written by `write`, in its place."""
    return _PLACEHOLDER.sub(lambda found: write(values[found[1]]), template)


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """Return the path with each value as a part of a segment of its own.

    Raises:
        ValueError: a segment would be `.` or `..`, which leads elsewhere.
    """
    path = fill(template, values, lambda value: quote(value, safe=""))
    _check_segments(path)
    return path


def _check_segments(path: str) -> None:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("expected no . or .. between slashes")


def _check_placeholders(text: str, allowed: frozenset[str]) -> None:
    if unknown := {*_PLACEHOLDER.findall(text)} - allowed:
        expected = " or ".join(f"{{{name}}}" for name in sorted(allowed))
        raise ValueError(f"expected {expected}, got {{{min(unknown)}}}")
    if set("{}") & set(_PLACEHOLDER.sub("", text)):
        raise ValueError("expected braces only around the name of a value, as in {identifier}")


def _check_path(text: str) -> str:
    _check_placeholders(text, _PARTS)
    plain = _PLACEHOLDER.sub("", text)
    if text and (not text.startswith("/") or not re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]*", plain)):
        raise ValueError("expected a path such as /customers/{type}/{identifier}, without ? and #")
    _check_segments(text)
    return text


def _check_query(query: dict[str, str]) -> dict[str, str]:
    for text in (*query.keys(), *query.values()):
        _check_placeholders(text, _PARTS)
        if not text.isprintable():
            raise ValueError("expected printable characters")
    if any(not name or name.startswith("__") for name in query):
        raise ValueError("expected names that don't start with two underscores")
    return query


def _check_headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.startswith("__"):
            raise ValueError(f"expected the name of a header, got {name!r}")
        if name.lower() in _OUR_HEADERS:
            raise ValueError(f"expected another header than {name}: Tillpulse sets it")
        if not re.fullmatch(r"[!-~]([ -~]*[!-~])?", value):
            raise ValueError(f"{name}: expected printable ASCII, without spaces around it")
        _check_placeholders(value, _TOKEN)
    return headers


def _check_pointer(text: str) -> str:
    try:
        JsonPointer(text)
    except JsonPointerException:
        raise ValueError("expected a JSON pointer (RFC 6901) such as /data/customer/id") from None
    return text


_Template = Annotated[str, Field(max_length=500)]
_Pointer = Annotated[str, Field(max_length=500), AfterValidator(_check_pointer)]


class RequestShape(BaseModel):
    """How the API is asked, by GET. `{identifier}`, `{type}` and `{storeId}` stand for the basket's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    path: Annotated[
        _Template,
        AfterValidator(_check_path),
        Field(description="Added to the path of `api_endpoint`.", examples=["/{type}/{identifier}"]),
    ] = ""
    query: Annotated[
        dict[_Template, _Template],
        Field(
            max_length=_MOST_PARTS,
            description="Query parameters; names may have placeholders too, as in `{type}`: `{identifier}`.",
        ),
        AfterValidator(_check_query),
    ] = {"identifier": "{identifier}", "type": "{type}", "storeId": "{storeId}"}
    headers: Annotated[
        dict[_Template, _Template],
        Field(
            max_length=_MOST_PARTS,
            description="Headers. `{token}` stands for the token of the origin; a header with it is left out"
            " where there is none. Write no secret here: admins can read it.",
        ),
        AfterValidator(_check_headers),
    ] = {"Authorization": "Bearer {token}"}
    types: Annotated[
        dict[Kind, Annotated[str, Field(min_length=1, max_length=100)]],
        Field(description="What the API calls `phone`, `email` and `card`, where it has another name."),
    ] = {}

    @model_validator(mode="after")
    def _check_identifier(self) -> Self:
        if not any("{identifier}" in text for text in (self.path, *self.query, *self.query.values())):
            raise ValueError("expected {identifier} in the path or in the query")
        return self


class AnswerShape(BaseModel):
    """Where the answer has each field, as JSON pointers; null where it has none."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    customer_id: Annotated[_Pointer, Field(description="The customer's id: text or a whole number.")] = (
        "/customerId"
    )
    name: Annotated[_Pointer | None, Field(description="The name.")] = "/name"
    email: Annotated[_Pointer | None, Field(description="The e-mail address.")] = "/email"
    phone: Annotated[_Pointer | None, Field(description="The phone number.")] = "/phone"
    loyalty_card: Annotated[_Pointer | None, Field(description="The loyalty card.")] = "/loyaltyCard"
    tier: Annotated[_Pointer | None, Field(description="The customer's tier.")] = "/tier"
    attributes: Annotated[
        _Pointer | None,
        Field(
            description="The object whose other fields are kept as attributes, the first 50 that fit into"
            " 8 KiB; empty for the whole answer, null to keep none."
        ),
    ] = ""
    missing_is_unknown: Annotated[
        bool,
        Field(
            description="Whether an answer without `customer_id` means that the API knows no such customer,"
            " as an empty list does; else it is malformed."
        ),
    ] = False
