"""The GraphQL API of the tills over HTTP."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, request

from shared.domain.viewer import Viewer
from shared.entry.graphql_execute import Document, execute
from shared.entry.problem import Problem
from shared.entry.tills import Caller
from shared.entry.views import SIGNED_IN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.operations import GraphQLResult

LONGEST_KEY = 255

routes = Blueprint("tills", __name__)


@routes.post("/")
@routes.post("/graphql")
@routes.post("/graphql/")
@Endpoint(
    SIGNED_IN,
    body=Document,
    headers={
        "Idempotency-Key": f"1 to {LONGEST_KEY} characters. A mutation repeated with the same key starts one"
        " basket; use a new key for each basket."
    },
)
def answer_document(viewer: Viewer, body: Document) -> Answer[GraphQLResult]:
    """Execute a GraphQL document: start a basket, or ask about a basket or a customer.

    The GraphQL schema describes the operations; this document describes the transport alone. What is wrong
    with an operation is in `errors`, with status 200.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        detail = f"expected an Idempotency-Key of 1 to {LONGEST_KEY} characters"
        raise Problem(HTTPStatus.BAD_REQUEST, detail)
    return answer_json(execute(body, Caller(viewer=viewer, key=key)))
