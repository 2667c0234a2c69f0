"""What every HTTP function does: serve its blueprints, answer errors as problem details, log each answer."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import cast

import functions_framework
from flask import Blueprint, Flask, Request, Response, current_app, g, has_app_context, request
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.routing import BaseConverter

from shared import runtime
from shared.entry import audit
from shared.entry.body import MOST_BYTES, take_body
from shared.entry.compression import compress
from shared.entry.problem import Problem, code_of
from shared.entry.process import set_up_process
from shared.entry.views import Endpoint, View, endpoint_of
from shared.errors import (
    InstantOutOfReach,
    LetterUnknown,
    NotAuthenticated,
    RangeTooCostly,
    Reconciling,
    RecordsLeftBehind,
    RecordUnreadable,
    SignInRefused,
    StoreSettled,
    TillpulseError,
    TopicUnknown,
    TransientError,
    ZoneMoved,
)

UNKNOWN_ROUTE = "none"
"""What is logged as the route of a request that no view serves. Paths hold ids, so they are never logged."""

_ALLOCATIONS = 100_000
"""More objects made than freed, after which the youngest are searched for garbage."""

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_FRAMEWORKS = frozenset({"run", "error"})
"""Endpoints of functions-framework: every path that is not ours, and the two that it refuses."""

_STATUSES: Mapping[type[TillpulseError], HTTPStatus] = {
    InstantOutOfReach: HTTPStatus.BAD_REQUEST,
    LetterUnknown: HTTPStatus.NOT_FOUND,
    RangeTooCostly: HTTPStatus.BAD_REQUEST,
    Reconciling: HTTPStatus.CONFLICT,
    RecordsLeftBehind: HTTPStatus.CONFLICT,
    RecordUnreadable: HTTPStatus.CONFLICT,
    SignInRefused: HTTPStatus.BAD_REQUEST,
    StoreSettled: HTTPStatus.CONFLICT,
    TopicUnknown: HTTPStatus.CONFLICT,
    ZoneMoved: HTTPStatus.CONFLICT,
}
"""Errors whose text is for the caller."""


def entry_point(parts: Callable[[], Iterable[Blueprint]]) -> Callable[[Request], Response]:
    """Make what functions-framework calls of a function that imports and returns the blueprints to serve.

    The framework runs a function's module inside the context of its Flask app, which has the function's name.
    The blueprints join that app, so that a request is dispatched once; the framework calls the function for
    paths and methods that no view serves. The blueprints of other functions in the module are not imported.
    """
    name = parts.__name__
    if has_app_context() and current_app.name == name:
        set_up_process()
        # Nearly all that a start allocates stays: looking for garbage at the usual pace takes a tenth of it.
        gc.set_threshold(_ALLOCATIONS)
        mount(current_app, *parts())

    def refuse(_: Request) -> Response:
        raise _refusal()

    refuse.__name__ = name
    return cast(Callable[[Request], Response], functions_framework.http(refuse))


def mount(app: Flask, *blueprints: Blueprint) -> None:
    """Add the blueprints to an app that has no routes of ours yet.

    Raises:
        TypeError: a view says not who may call it; decorate it with `@Endpoint(…)`.
        ValueError: two blueprints have one name.
    """
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.converters["id"] = _Id
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in app.blueprints:
            endpoint_of(cast(View, app.view_functions[rule.endpoint]), rule)
    app.before_request(_begin)
    app.after_request(_finish)
    app.after_request(audit.conclude)
    app.register_error_handler(Problem, Problem.response)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(NotAuthenticated, _unauthenticated)
    for kind, status in _STATUSES.items():
        app.register_error_handler(kind, partial(_explained, status))
    app.register_error_handler(TransientError, _unavailable)
    app.register_error_handler(Exception, _failed)


class _Id(BaseConverter):
    """An id of any content in a path, slashes and newlines included, also at its start."""

    regex = "(?s:.+)"
    part_isolating = False


def _refusal() -> HTTPException:
    urls = current_app.create_url_adapter(request)
    found = {method: urls.match(method=method)[0] for method in _METHODS} if urls else {}
    allowed = [method for method, endpoint in found.items() if endpoint not in _FRAMEWORKS]
    return MethodNotAllowed(allowed) if allowed else NotFound()


def _begin() -> None:
    g.began = time.perf_counter()
    runtime.traces()
    endpoint = _endpoint()
    take_body(endpoint.most_bytes if endpoint else MOST_BYTES)


def _endpoint() -> Endpoint | None:
    """Return what the view that the request is for declares; None where no view is."""
    view = current_app.view_functions.get(request.endpoint or "")
    endpoint: Endpoint | None = getattr(view, "endpoint", None)
    return endpoint


def _finish(response: Response) -> Response:
    compress(response, request)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    # A page brings its own policy; nothing else may be shown as one.
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    if not runtime.settings().local_stack:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    facts = {
        "method": request.method,
        "route": str(request.url_rule) if _endpoint() else UNKNOWN_ROUTE,
        "status": response.status_code,
        "durationMs": round((time.perf_counter() - g.began) * 1000, 1),
    }
    runtime.log().info("request answered", extra=facts)
    return response


def refused(error: HTTPException) -> Response:
    """Return the problem details of what the framework refuses."""
    status = HTTPStatus(error.code or 500)
    headers = dict(error.get_headers())
    headers.pop("Content-Type", None)
    response = Problem(status, error.description or status.phrase, {}, headers).response()
    if isinstance(error, RequestEntityTooLarge | ClientDisconnected):
        # functions-framework reads the body to its end before any answer but a stream.
        response.response = iter([response.get_data()])
    return response


def _unauthenticated(error: NotAuthenticated) -> Response:
    headers = {"WWW-Authenticate": "Bearer"}
    return Problem(HTTPStatus.UNAUTHORIZED, str(error), {}, headers).response()


def _explained(status: HTTPStatus, error: TillpulseError) -> Response:
    return Problem(status, str(error), code=code_of(type(error).__name__)).response()


def _unavailable(_: TransientError) -> Response:
    runtime.log().exception("answer not possible now")
    detail = "a service that is needed did not answer; try again"
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {}, {"Retry-After": "1"}).response()


def _failed(_: Exception) -> Response:
    runtime.log().exception("answer failed")
    detail = "the request could not be answered; the fault is ours"
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()
