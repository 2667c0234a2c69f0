"""Read a request's query, body and ids, checked by models; what is wrong with them is a 400."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from werkzeug.exceptions import RequestEntityTooLarge

from shared.entry.problem import Problem
from shared.messages.validation import describe_errors
from shared.messages.wire import Identifier

_ModelT = TypeVar("_ModelT", bound=BaseModel)


def check_identifier(name: str, value: str) -> None:
    """Refuse a part of the path that is no id."""
    try:
        _identifier().validate_python(value)
    except ValidationError as error:
        raise _bad_request({to_camel(name): next(describe_errors(error))[1]}) from error


def read_query(model: type[_ModelT], request: Request) -> _ModelT:
    """Return the query parameters as the model; wrong ones are a 400 that names each."""
    return _validated(model, request.args.to_dict())


def read_raw(request: Request, most_bytes: int) -> bytes:
    """Return the body as it came; a longer one is a 413, and is not read to its end."""
    # One byte more: a body that does not announce its length is cut at this limit without a word.
    request.max_content_length = most_bytes + 1
    body = request.get_data()
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    return body


def read_body(model: type[_ModelT], request: Request, context: Mapping[str, Any] | None = None) -> _ModelT:
    """Return the JSON body as the model; a wrong one is a 400 that names each field."""
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "expected a JSON object as the body")
    return _validated(model, body, context)


@contextmanager
def refused_as_bad_request() -> Iterator[None]:
    """Answer what a model refuses with a 400 that names each field."""
    try:
        yield
    except ValidationError as error:
        raise _bad_request(dict(describe_errors(error))) from error


@cache
def _identifier() -> TypeAdapter[str]:
    # Made once: it takes longer than all else about a cached card.
    return TypeAdapter(Identifier)


def _validated(
    model: type[_ModelT], values: dict[str, Any], context: Mapping[str, Any] | None = None
) -> _ModelT:
    with refused_as_bad_request():
        return model.model_validate(values, context=context)


def _bad_request(errors: Mapping[str, str]) -> Problem:
    detail = "; ".join(f"{field}: {said}" if field else said for field, said in errors.items())
    return Problem(HTTPStatus.BAD_REQUEST, detail, errors)
