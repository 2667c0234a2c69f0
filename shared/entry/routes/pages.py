"""The pages that people look at. They hold no figures: their scripts ask the API, as anyone does."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Request, Response

from shared import runtime
from shared.domain import figures
from shared.domain.viewer import Viewer
from shared.entry.assets import Assets
from shared.entry.session import credentials
from shared.entry.store_settings import show_store
from shared.entry.web import Api
from shared.errors import NotAuthenticated

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline, nothing from elsewhere but pictures of products."""


def page_routes(folder: Path) -> Api:
    """Return the routes of the pages whose `templates` and `static` files are in the folder."""
    routes, pages = Api(), _Pages(folder)

    @routes.route("/", public=True)
    def dashboard_page(request: Request) -> Response:
        return pages.show(request, "dashboard")

    @routes.route("/customers", public=True)
    def customers_page(request: Request) -> Response:
        return pages.show(request, "customers")

    @routes.route("/operations", public=True)
    def operations_page(request: Request) -> Response:
        return pages.show(request, "operations", admins_only=True)

    @routes.route("/signin", public=True)
    def signin_page(request: Request) -> Response:  # noqa: ARG001 - every view takes it
        return pages.render("signin")

    @routes.route("/assets/<version>/<name>", public=True)
    def asset(request: Request, version: str, name: str) -> Response:
        return pages.assets.answer(request, version, name)

    return routes


class _Pages:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.assets = Assets(folder / "static")
        self._environment = cache(self._make_environment)

    def show(self, request: Request, name: str, *, admins_only: bool = False) -> Response:
        """Return the page for whoever asks; who isn't signed in is sent to do so and come back."""
        try:
            viewer = runtime.verifier().check(credentials(request))
        except NotAuthenticated:
            wanted = quote(request.full_path.removesuffix("?"), safe="")
            return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"/signin?next={wanted}"})
        if admins_only and not viewer.is_admin:
            response = self.render("refused", viewer, stores=_stores(viewer))
            response.status_code = HTTPStatus.FORBIDDEN
            return response
        return self.render(name, viewer, stores=_stores(viewer))

    def render(self, name: str, viewer: Viewer | None = None, **values: Any) -> Response:
        page = self._environment().get_template(f"{name}.html")
        version = self.assets.version
        body = page.render(page=name, viewer=viewer, assets=f"/assets/{version}", **values)
        headers = {
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return Response(body, headers=headers, content_type="text/html; charset=utf-8")

    def _make_environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self._folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["figures"] = figures
        return environment


def _stores(viewer: Viewer) -> list[dict[str, Any]]:
    visible = viewer.stores if viewer.roles else frozenset()
    found = [show_store(store) for store in runtime.stores().find_all(visible)]
    return sorted(found, key=lambda store: (str(store["name"]).casefold(), store["storeId"]))
