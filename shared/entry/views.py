"""What a view declares: who may call it, what it reads, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from functools import partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Response, json, request
from werkzeug.routing import Rule

from shared import runtime
from shared.domain.viewer import Role, Viewer
from shared.entry import audit
from shared.entry.body import MOST_BYTES
from shared.entry.problem import Problem
from shared.entry.session import credentials

if TYPE_CHECKING:
    from pydantic import BaseModel

View = Callable[..., Response]
BodyT = TypeVar("BodyT")


class Access(Enum):
    """Who may call a view; `VIEWER` and `ADMIN` speak of the store that the request names."""

    PUBLIC = "Anyone."
    SIGNED_IN = "Anyone with a valid token."
    VIEWER = "A token with the role `viewer` or `admin` in the store."
    ADMIN = "A token with the role `admin` in the store."
    OPERATOR = "A token with the role `admin` in all stores."


PUBLIC, SIGNED_IN, VIEWER, ADMIN, OPERATOR = Access
_ROLES: Mapping[Access, Role] = {VIEWER: "viewer", ADMIN: "admin"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Decorates a view: checks who calls and what the request says, then calls the view.

    The view gets the parts of its path by name, `query` and `body` where they are declared, and the `viewer`
    if it takes one.

    Attributes:
        access: who may call.
        query: the model of the query parameters.
        body: the model of the JSON body.
        context: returns what validating the body needs.
        raw_body: what the JSON body is, where the view reads it itself.
        most_bytes: a longer body is a 413, whoever calls; also where the view reads none.
        conditional: the view answers 304 where `If-None-Match` names its ETag.
        headers: {request header: what it does}, for the OpenAPI document.
        audited: the action that the audit trail records of each call, such as "store.changed".
        statuses: {status: when it is answered}, for the OpenAPI document; not those that the rest implies.
    """

    access: Access
    _: KW_ONLY
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    context: Callable[[], Mapping[str, Any]] = dict
    raw_body: str | None = None
    most_bytes: int = MOST_BYTES
    conditional: bool = False
    audited: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[HTTPStatus, str] = field(default_factory=dict)

    def __call__(self, view: View) -> View:
        """Return the checked view; it carries the declaration as `endpoint`."""
        takes_viewer = "viewer" in view.__code__.co_varnames[: view.__code__.co_argcount]

        @wraps(view)
        def checked(**parts: str) -> Response:
            audit.begin(self.audited)
            viewer = None if self.access is PUBLIC else self._authenticate()
            arguments = self._read(parts, viewer) if parts or self.query or self.body else {}
            return view(**arguments, **({"viewer": viewer} if takes_viewer else {}))

        checked.endpoint = self  # type: ignore[attr-defined]
        return checked

    def _authenticate(self) -> Viewer:
        viewer = runtime.verifier().check(credentials(request))
        audit.by(viewer)
        if self.access is ADMIN and "admin" not in viewer.roles:
            raise Problem(HTTPStatus.FORBIDDEN, "expected a token with the role 'admin'")
        if self.access is OPERATOR and not viewer.is_operator:
            raise Problem(HTTPStatus.FORBIDDEN, "expected a token with the role 'admin' in all stores")
        return viewer

    def _read(self, parts: Mapping[str, str], viewer: Viewer | None) -> dict[str, Any]:
        """Return the view's arguments; the store of path or query is checked before the rest is read.

        A store that is left out is the only one where the token grants the role.
        """
        # Imported here: functions that only the scheduler calls need no pydantic.
        from shared.entry.request_input import check_identifier, read_body, read_query

        for name, value in parts.items():
            check_identifier(name, value)
        role = _ROLES.get(self.access)
        in_address = "store_id" in parts or _names_store(self.query)
        arguments: dict[str, Any] = dict(parts)
        query_default: dict[str, str] = {}
        body_default: dict[str, Callable[[], str]] = {}
        if viewer and role and in_address:
            store_id = parts.get("store_id", request.args.get("storeId"))
            if store_id is None:
                store_id = query_default["storeId"] = _only_store(viewer, role)
            check_identifier("store_id", store_id)
            _require(viewer, store_id, role)
        elif viewer and role:
            body_default["storeId"] = partial(_only_store, viewer, role)
        if self.query:
            arguments["query"] = read_query(self.query, request, query_default)
        if self.body:
            arguments["body"] = read_body(self.body, request, self.context(), body_default)
        if viewer and role and not in_address:
            _require(viewer, arguments["body"].store_id, role)
        return arguments


def endpoint_of(view: View, rule: Rule) -> Endpoint:
    """Return what the view at the rule declares.

    Raises:
        TypeError: it does not say who may call it, or not of which store.
    """
    endpoint: Endpoint | None = getattr(view, "endpoint", None)
    if endpoint is None:
        raise TypeError(f"{rule.endpoint}: expected @Endpoint(…) with who may call, got a bare view")
    names_store = "store_id" in rule.arguments or _names_store(endpoint.query) or _names_store(endpoint.body)
    if endpoint.access in _ROLES and not names_store:
        raise TypeError(f"{rule.endpoint}: expected store_id in the path, the query or the body, got none")
    return endpoint


class Answer(Response, Generic[BodyT]):
    """A response whose body `BodyT` describes: a model of `shared.entry.responses`, for the OpenAPI document.

    The models are imported for types only: an instance that serves requests does not load them.
    """


def answer_json(body: Any, status: HTTPStatus = HTTPStatus.OK) -> Answer[Any]:
    """Return the body as JSON."""
    return Answer(json.dumps(body, ensure_ascii=False), status, content_type="application/json")


def _names_store(model: type[BaseModel] | None) -> bool:
    return model is not None and "store_id" in model.model_fields


def _only_store(viewer: Viewer, role: Role) -> str:
    store_id = viewer.only_store(role)
    if store_id is not None:
        return store_id
    if viewer.stores(role) == frozenset():
        raise Problem(HTTPStatus.FORBIDDEN, viewer.choice(role))
    said = f"expected one, because {viewer.choice(role)}"
    raise Problem(HTTPStatus.BAD_REQUEST, f"storeId: {said}", {"storeId": said})


def _require(viewer: Viewer, store_id: str, role: Role) -> None:
    audit.on(store_id)
    if not viewer.may(store_id, role):
        raise Problem(HTTPStatus.FORBIDDEN, viewer.refusal(store_id, role))
