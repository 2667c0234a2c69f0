"""The language of a page: the one chosen on it, else the one that the browser asks for.

Texts stand in the code in English. `functions/dashboard/texts/<language>.po` translates them; `make texts`
updates these catalogues and writes what is read here from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Response, current_app, request

from shared.domain.sign_in import local_path
from shared.entry.session import cookie_name, set_cookie

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "pt-BR": "Português"}
"""Each language's name in itself, by its tag (BCP 47)."""

_CHOICE = "lang"
"""The parameter of the address, and the cookie that keeps it."""

_KEPT_S = 365 * 24 * 3600


def language() -> str:
    """Return the tag of the page's language."""
    for chosen in (request.args.get(_CHOICE), request.cookies.get(cookie_name(_CHOICE))):
        if chosen is not None and chosen in LANGUAGES:
            return chosen
    return request.accept_languages.best_match(LANGUAGES) or "en"


def keep_language(response: Response) -> None:
    """Have the browser keep the language that the address chooses."""
    if request.args.get(_CHOICE) in LANGUAGES:
        set_cookie(response, _CHOICE, request.args[_CHOICE], _KEPT_S, same_site="Lax")


def gettext(text: str) -> str:
    """Return the text in the page's language."""
    chosen = language()
    if chosen == "en":
        return text
    # functions-framework looks for templates beside the function; its texts are there too.
    folder = Path(current_app.root_path, str(current_app.template_folder)).with_name("texts")
    return _texts(folder / f"{chosen}.json").get(text, text)


def addresses() -> dict[str, str]:
    """Return the address of this page in each language; where it leads on to is a path of this site."""
    others = [
        (name, local_path(value) if name == "next" else value)
        for name, value in request.args.items(multi=True)
        if name != _CHOICE
    ]
    return {tag: f"?{urlencode([*others, (_CHOICE, tag)])}" for tag in LANGUAGES}


@cache
def _texts(path: Path) -> Mapping[str, str]:
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts
