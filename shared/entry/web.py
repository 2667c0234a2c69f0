"""What every HTTP function does: find the route, check who asks, answer problems."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Request, Response, json
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, Rule

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.problem import Problem
from shared.entry.session import credentials
from shared.errors import NotAuthenticated, StoreSettled, TransientError, ZoneMoved

View = Callable[..., Response]


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
