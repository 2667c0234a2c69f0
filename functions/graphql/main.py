"""The GraphQL API of the tills."""

from http import HTTPStatus

import functions_framework
from flask import Request, Response

from shared.domain.viewer import Viewer
from shared.entry.graphql_execute import Document, execute
from shared.entry.problem import Problem
from shared.entry.request_input import read_body
from shared.entry.routes.health import routes as health_routes
from shared.entry.tills import Caller
from shared.entry.web import Api, answer_json

MOST_BYTES = 64 * 1024
LONGEST_KEY = 255

api = Api()
api.include(health_routes)


@functions_framework.http
def graphql(request: Request) -> Response:
    """Answer one request."""
    return api.answer(request)


@api.route("/", "POST")
def answer_document(request: Request, viewer: Viewer) -> Response:
    request.max_content_length = MOST_BYTES
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        detail = f"expected an Idempotency-Key of 1 to {LONGEST_KEY} characters"
        raise Problem(HTTPStatus.BAD_REQUEST, detail)
    return answer_json(execute(read_body(Document, request), Caller(viewer=viewer, key=key)))


@api.route("/graphql", "POST")
def answer_document_at_the_usual_path(request: Request, viewer: Viewer) -> Response:
    return answer_document(request, viewer)
