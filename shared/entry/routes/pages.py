"""The pages that people look at. They hold no figures: their scripts ask the API, as anyone does."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from shared import runtime
from shared.domain import figures
from shared.domain.behind import NAMES, OPENED
from shared.domain.viewer import Role, Viewer
from shared.entry.language import gettext
from shared.entry.page import assets, render_page
from shared.entry.routes.stores import visible_stores
from shared.entry.session import credentials
from shared.entry.store_settings import show_store
from shared.entry.views import PUBLIC, Answer, Endpoint
from shared.entry.web import refused
from shared.errors import NotAuthenticated

if TYPE_CHECKING:
    from shared.entry.responses.operations import OpenApi

routes = Blueprint("pages", __name__)


@routes.record
def _configure_templates(state: BlueprintSetupState) -> None:
    state.app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
    }
    state.app.jinja_env.globals |= {
        "figures": figures,
        "listed": NAMES,
        "opened": OPENED,
        "gettext": gettext,
    }


@routes.app_errorhandler(HTTPStatus.NOT_FOUND)
def _show_not_found(error: HTTPException) -> Response:
    """Answer a person whose address leads nowhere with a page, and a program as everywhere."""
    wanted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    return render_page("not_found", status=HTTPStatus.NOT_FOUND) if wanted == "text/html" else refused(error)


@routes.get("/")
@Endpoint(PUBLIC)
def show_dashboard() -> Response:
    return _show("dashboard")


@routes.get("/customers")
@Endpoint(PUBLIC)
def show_customers() -> Response:
    return _show("customers")


@routes.get("/customers/<id:customer_id>")
@Endpoint(PUBLIC)
def show_customer(customer_id: str) -> Response:
    return _show("customer", customer_id=customer_id)


@routes.get("/orders")
@Endpoint(PUBLIC)
def show_orders() -> Response:
    return _show("orders")


@routes.get("/orders/<id:order_id>")
@Endpoint(PUBLIC)
def show_order(order_id: str) -> Response:
    return _show("order", order_id=order_id)


@routes.get("/figures")
@Endpoint(PUBLIC)
def show_meanings() -> Response:
    return _show("meanings")


@routes.get("/operations")
@Endpoint(PUBLIC)
def show_operations() -> Response:
    return _show("operations", admins_only=True)


@routes.get("/assets/<version>/<name>")
@Endpoint(PUBLIC)
def show_asset(version: str, name: str) -> Response:
    return assets().answer(version, name)


@routes.get("/openapi.json")
@Endpoint(PUBLIC, conditional=True)
def show_openapi() -> Answer[OpenApi]:
    """Describe this API as an OpenAPI 3.1 document."""
    response = assets().answer("", "openapi.json")
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _show(name: str, *, admins_only: bool = False, **values: Any) -> Response:
    """Return the page for whoever asks; who isn't signed in is sent to do so and come back."""
    try:
        viewer = runtime.verifier().check(credentials(request))
    except NotAuthenticated:
        wanted = quote(request.full_path.removesuffix("?"), safe="")
        return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"/signin?next={wanted}"})
    if admins_only and "admin" not in viewer.roles:
        return render_page("refused", viewer, HTTPStatus.FORBIDDEN, stores=_stores(viewer, "viewer"))
    return render_page(name, viewer, stores=_stores(viewer, "admin" if admins_only else "viewer"), **values)


def _stores(viewer: Viewer, role: Role) -> list[dict[str, Any]]:
    shown = [show_store(store) for store in visible_stores(viewer, role)]
    return sorted(shown, key=lambda store: (str(store["name"]).casefold(), store["storeId"]))
