"""A page as a browser gets it: from its template, with the headers that confine it."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.assets import Assets
from shared.entry.language import LANGUAGES, addresses, keep_language, language


def render_page(
    name: str, viewer: Viewer | None = None, status: HTTPStatus = HTTPStatus.OK, **values: Any
) -> Response:
    """Return the page of the template `name`."""
    address = f"/assets/{assets().version}"
    body = render_template(
        f"{name}.html",
        page=name,
        viewer=viewer,
        assets=address,
        modules=_modules,
        language=language(),
        languages=[(tag, LANGUAGES[tag], query) for tag, query in addresses().items()],
        **values,
    )
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": _policy(),
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Accept-Language, Cookie",
    }
    response = Response(body, status, headers, content_type="text/html; charset=utf-8")
    keep_language(response)
    return response


def assets() -> Assets:
    """Return the function's static files."""
    # functions-framework looks for templates beside the function; its static files are there too.
    return _open_assets(Path(current_app.root_path, str(current_app.template_folder)).with_name("static"))


def _modules(page: str, language: str) -> list[str]:
    """Return what a page's script imports, so that the browser fetches it all at once."""
    texts = [] if language == "en" else [f"texts.{language}.js"]
    return texts + assets().imported(f"{page}.js")


def _policy() -> str:
    """Allow nothing inline, and nothing from elsewhere but pictures of products, from where operators say."""
    pictures = " ".join(("'self'", "data:", *runtime.settings().image_origins))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {pictures}",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _open_assets(folder: Path) -> Assets:
    return Assets(folder)
