"""Run a GraphQL document within limits, and tell of errors no more than is good."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared import runtime
from shared.entry.graphql_limits import MOST_TOKENS, refuse
from shared.entry.graphql_schema import SCHEMA, Root, read_field
from shared.entry.problem import Problem
from shared.entry.tills import Caller
from shared.errors import TransientError


class Document(BaseModel):
    """A request of the GraphQL protocol over HTTP."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", defer_build=True)

    query: Annotated[
        str,
        Field(
            min_length=1,
            strict=True,
            description="The document.",
            examples=['{ basket(storeId: "s-1", basketId: "b-1") { status } }'],
        ),
    ]
    variables: Annotated[dict[str, Any] | None, Field(description="Its variables, by name.")] = None
    operation_name: Annotated[
        Annotated[str, Field(strict=True)] | None,
        Field(description="Which operation to execute, where the document has several."),
    ] = None


def execute(document: Document, caller: Caller) -> dict[str, Any]:
    """Return what the document asks for, in the protocol's form."""
    try:
        parsed = parse(document.query, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        return _answer(None, [error])
    if get_operation_ast(parsed, document.operation_name) is None:
        raise Problem(HTTPStatus.BAD_REQUEST, "operationName: expected one of the query's")
    refusal = refuse(parsed)
    if errors := [GraphQLError(refusal)] if refusal else validate(_schema(), parsed):
        return _answer(None, errors)
    result = execute_sync(
        _schema(),
        parsed,
        Root(caller),
        variable_values=document.variables,
        operation_name=document.operation_name,
        field_resolver=read_field,
    )
    return _answer(result.data, result.errors or [])


@cache
def _schema() -> GraphQLSchema:
    # A test validates it; an instance needn't each time that it starts.
    return build_schema(SCHEMA, assume_valid=True, assume_valid_sdl=True)


def _answer(data: Any, errors: Sequence[GraphQLError]) -> dict[str, Any]:
    for cause in filter(None, map(_cause, errors)):
        runtime.log().error("graphql answer not possible", exc_info=cause)
    return {"data": data, **({"errors": [_told(error) for error in errors]} if errors else {})}


def _cause(error: GraphQLError) -> Exception | None:
    """Return what went wrong on our side; None where the query is at fault."""
    cause = error.original_error
    return None if isinstance(cause, GraphQLError) else cause


def _told(error: GraphQLError) -> dict[str, Any]:
    told: dict[str, Any] = dict(error.formatted)
    match _cause(error):
        case None:
            return told
        case TransientError():
            said, code = "a service that is needed did not answer; try again", "UNAVAILABLE"
        case _:
            said, code = "unexpected error", "INTERNAL_SERVER_ERROR"
    return told | {"message": said, "extensions": {"code": code}}
