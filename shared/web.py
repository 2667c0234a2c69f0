"""What every HTTP function does: find the route, check who asks, answer problems."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Request, Response, json
from pydantic import BaseModel, TypeAdapter, ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import BaseConverter, Map, Rule

from shared import runtime
from shared.access import Viewer
from shared.errors import NotAuthenticated, StoreSettled, TransientError, ZoneMoved
from shared.problem import Problem
from shared.session import credentials
from shared.validation import describe_errors
from shared.wire import Identifier

View = Callable[..., Response]
_ModelT = TypeVar("_ModelT", bound=BaseModel)


class _Id(BaseConverter):
    """An id of any content in a path, slashes included, also at its start."""

    regex = ".+"
    part_isolating = False


class Api:
    """The routes of one HTTP function."""

    def __init__(self) -> None:
        self._map = Map(strict_slashes=False, merge_slashes=False, converters={"id": _Id})
        self._public: set[str] = set()
        self._views: dict[str, View] = {}

    def route(self, rule: str, method: str = "GET", *, public: bool = False) -> Callable[[View], View]:
        """Serve the rule with `view(request, viewer, **path_parts)`; a public one gets no viewer."""

        def register(view: View) -> View:
            self._map.add(Rule(rule, endpoint=view.__name__, methods=[method]))
            self._views[view.__name__] = view
            if public:
                self._public.add(view.__name__)
            return view

        return register

    def include(self, other: Api) -> None:
        """Serve another's routes too."""
        for rule in other._map.iter_rules():
            self._map.add(rule.empty())
        self._public |= other._public
        self._views |= other._views

    def answer(self, request: Request) -> Response:
        """Return the answer to the request; whatever goes wrong is a problem with its status."""
        began = time.perf_counter()
        try:
            response = self._dispatch(request)
        except Problem as problem:
            response = problem.response()
        except HTTPException as error:
            status = HTTPStatus(error.code or 500)
            headers = dict(error.get_headers())
            headers.pop("Content-Type", None)
            response = Problem(status, error.description or status.phrase, {}, headers).response()
        except TransientError:
            runtime.log().exception("answer not possible now")
            detail = "a service that is needed did not answer; try again"
            response = Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {}, {"Retry-After": "1"}).response()
        except Exception:  # noqa: BLE001 - a bug; whoever asked still gets an answer in the usual form
            runtime.log().exception("answer failed")
            detail = "the request could not be answered; the fault is ours"
            response = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()
        if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            # functions-framework reads the rest of the body before any answer but a stream.
            response.response = iter([response.get_data()])
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        facts = {
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "durationMs": round((time.perf_counter() - began) * 1000, 1),
        }
        runtime.log().info("request answered", extra=facts)
        return response

    def _dispatch(self, request: Request) -> Response:
        name, parts = self._map.bind_to_environ(request.environ).match()
        if name in self._public:
            return self._views[name](request, **parts)
        try:
            viewer = runtime.verifier().check(credentials(request))
        except NotAuthenticated as error:
            raise Problem(HTTPStatus.UNAUTHORIZED, str(error), {}, {"WWW-Authenticate": "Bearer"}) from error
        try:
            return self._views[name](request, viewer, **parts)
        except (StoreSettled, ZoneMoved) as error:
            raise Problem(HTTPStatus.CONFLICT, str(error)) from error


def answer_json(body: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return the body as JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")


def require_store(viewer: Viewer, store_id: str) -> None:
    """Refuse a store that is not the viewer's, without saying whether it exists."""
    if not viewer.may_see(store_id):
        raise Problem(HTTPStatus.FORBIDDEN, f"the token does not grant store {store_id!r}")


def require_admin(viewer: Viewer) -> None:
    """Refuse everyone but admins."""
    if not viewer.is_admin:
        raise Problem(HTTPStatus.FORBIDDEN, "expected a token with the role 'admin'")


def require_operator(viewer: Viewer) -> None:
    """Refuse everyone but admins of all stores."""
    require_admin(viewer)
    if viewer.stores is not None:
        raise Problem(HTTPStatus.FORBIDDEN, "expected a token with access to all stores")


def check_identifier(field: str, value: str) -> None:
    """Refuse a part of the path that is no id."""
    try:
        TypeAdapter(Identifier).validate_python(value)
    except ValidationError as error:
        raise _bad_request({field: next(describe_errors(error))[1]}) from error


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


def _validated(
    model: type[_ModelT], values: dict[str, Any], context: Mapping[str, Any] | None = None
) -> _ModelT:
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        raise _bad_request(dict(describe_errors(error))) from error


def _bad_request(errors: Mapping[str, str]) -> Problem:
    detail = "; ".join(f"{field}: {said}" if field else said for field, said in errors.items())
    return Problem(HTTPStatus.BAD_REQUEST, detail, errors)
