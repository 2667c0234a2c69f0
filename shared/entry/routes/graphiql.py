"""GraphiQL, an editor of GraphQL documents in the browser: on the local stack alone.

Its files come with a package that only the local stack installs.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import MethodNotAllowed, NotFound

from shared import runtime
from shared.entry.views import PUBLIC, Endpoint

_PACKAGE = "graphene_django_graphiql_static"
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript"}
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor positions its lines so
        "font-src data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

routes = Blueprint("graphiql", __name__)


@routes.get("/graphql/")
@Endpoint(PUBLIC)
def show_editor() -> Response:
    if not runtime.settings().local_stack:
        raise MethodNotAllowed(["POST"])
    return _answer("editor.html")


@routes.get("/graphql/<name>")
@Endpoint(PUBLIC)
def show_editor_file(name: str) -> Response:
    if not runtime.settings().local_stack:
        raise NotFound
    return _answer(name)


def _answer(name: str) -> Response:
    path = next((found for folder in _folders() for found in folder.iterdir() if found.name == name), None)
    if path is None or path.suffix not in _TYPES:
        raise NotFound(f"no file {name!r}")
    headers = {"Content-Security-Policy": _POLICY}
    return Response(path.read_bytes(), headers=headers, content_type=f"{_TYPES[path.suffix]}; charset=utf-8")


def _folders() -> list[Path]:
    # functions-framework looks for templates beside the function; its static files are there too.
    ours = Path(current_app.root_path, str(current_app.template_folder)).with_name("static")
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise NotFound(
            f"{_PACKAGE} is not installed: pip install --require-hashes -r requirements-stack.lock"
        )
    return [ours, Path(package.origin).parent / "static" / _PACKAGE]
