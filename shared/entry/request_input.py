"""Read a request's query, body and ids, checked by models; what is wrong with them is a 400."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from shared.entry.problem import Problem, cut
from shared.messages.validation import WrongField, explain_errors, validator_of
from shared.messages.wire import Identifier

_ModelT = TypeVar("_ModelT", bound=BaseModel)

MOST_ERRORS = 20
"""So many wrong fields an answer names; it counts the others."""


def check_identifier(name: str, value: str) -> None:
    """Refuse a part of the path that is no id."""
    try:
        validator_of(Identifier).validate_python(value)
    except ValidationError as error:
        wrong = next(explain_errors(error))
        raise _bad_request([wrong._replace(field=to_camel(name))]) from None


def read_query(
    model: type[_ModelT], request: Request, left_out: Mapping[str, str] = MappingProxyType({})
) -> _ModelT:
    """Return the query parameters as the model; wrong ones are a 400 that names them.

    Args:
        model: of the parameters.
        request: the request.
        left_out: {parameter: its value where the request leaves it out}.
    """
    return _validated(model, {**left_out, **request.args.to_dict()})


def read_body(
    model: type[_ModelT],
    request: Request,
    context: Mapping[str, Any] | None = None,
    left_out: Mapping[str, Callable[[], str]] = MappingProxyType({}),
) -> _ModelT:
    """Return the JSON body as the model; a wrong one is a 400 that names the wrong fields.

    Args:
        model: of the body.
        request: the request.
        context: what validating needs.
        left_out: {field: returns its value where the body leaves it out}.
    """
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "expected a JSON object as the body")
    known = {field: value() for field, value in left_out.items() if field not in body}
    return _validated(model, {**known, **body}, context)


@contextmanager
def refused_as_bad_request() -> Iterator[None]:
    """Answer what a model refuses with a 400 that names the wrong fields."""
    try:
        yield
    except ValidationError as error:
        told = list(islice(explain_errors(error), MOST_ERRORS))
        raise _bad_request(told, error.error_count() - MOST_ERRORS) from None


def _validated(
    model: type[_ModelT], values: dict[str, Any], context: Mapping[str, Any] | None = None
) -> _ModelT:
    with refused_as_bad_request():
        return model.model_validate(values, context=context)


def _bad_request(wrong: Sequence[WrongField], left_out: int = 0) -> Problem:
    errors = {cut(one.field): cut(one.said) for one in wrong}
    codes = {cut(one.field): (one.code, one.values) for one in wrong}
    lines = [f"{field}: {said}" if field else said for field, said in errors.items()]
    if left_out > 0:
        lines.append(f"and {left_out} more")
    return Problem(HTTPStatus.BAD_REQUEST, "; ".join(lines), errors, codes=codes)
