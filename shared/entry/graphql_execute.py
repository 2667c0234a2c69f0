"""Run a GraphQL document within limits, and tell of errors no more than is good."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext

from shared import runtime
from shared.entry.graphql_limits import SizeLimiter
from shared.entry.graphql_schema import Mutation, Query
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
        result = _SCHEMA.execute_sync(
            document.query,
            variable_values=document.variables,
            context_value=caller,
            operation_name=document.operation_name,
        )
    except (CannotGetOperationTypeError, InvalidOperationTypeError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "operationName: expected one of the query's") from error
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_told(error) for error in result.errors]
    return answer


class _Schema(strawberry.Schema):
    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002 - overrides
    ) -> None:
        for error in errors:
            if _cause(error) is not None:
                runtime.log().error("graphql answer not possible", exc_info=_cause(error))


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


_SCHEMA = _Schema(query=Query, mutation=Mutation, extensions=[SizeLimiter])
