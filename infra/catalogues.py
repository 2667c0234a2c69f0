"""The texts of the dashboard's pages in other languages, one catalogue each (GNU gettext's PO format).

    python -m infra.catalogues

brings `functions/dashboard/texts/<language>.po` up to date with the texts in the code, and writes what pages
and scripts read from them: `texts/<language>.json`, and `static/texts.<language>.js`. A text that is new has
no translation yet: write it into the `.po` and run the command again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from shared.domain.figures import FIGURES
from shared.domain.order_history import Meaning, Why
from shared.entry.language import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "functions" / "dashboard"
TEXTS = FOLDER / "texts"
SCRIPTS = FOLDER / "static"
_TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true"}

_HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""

Message = str | tuple[str, ...]


def page_texts() -> Iterator[tuple[Message, str]]:
    """Yield each text of the templates, of the figures and of what Python says on pages, and its file."""
    for path in sorted((FOLDER / "templates").glob("*.html")):
        yield from _extract("jinja2.ext:babel_extract", path, _TEMPLATES)
    for path in sorted((ROOT / "shared" / "entry" / "routes").glob("*.py")):
        yield from _extract("python", path)
    for figure in FIGURES.values():
        for text in filter(None, (figure.label, figure.meaning)):
            yield text, "shared/domain/figures.py"


def script_texts() -> Iterator[tuple[Message, str]]:
    """Yield each text of the scripts, and its file. One with a plural is a pair."""
    for path in sorted(SCRIPTS.glob("*.js")):
        if not path.name.startswith("texts."):
            yield from _extract("javascript", path)
    for text in (*Meaning, *Why):
        yield str(text), "shared/domain/order_history.py"


def translated(language: str) -> Catalog:
    """Return the catalogue as it is written down."""
    with (TEXTS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def updated(language: str) -> Catalog:
    """Return the catalogue with exactly the texts of the code, and the translations that it has."""
    template = Catalog()
    for message, file in sorted((*page_texts(), *script_texts()), key=repr):
        template.add(message, locations=[(file, 0)])
    catalogue = translated(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(language: str, catalogue: Catalog) -> dict[Path, str]:
    """Return {file: its content} of a language."""
    po = io.BytesIO()
    write_po(po, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=True)
    found = {message.id: message.string for message in catalogue if message.id}
    pages = {str(text): found[text] for text, _ in page_texts()}
    scripts = {text[0] if isinstance(text, tuple) else text: found[text] for text, _ in script_texts()}
    return {
        TEXTS / f"{language}.po": _HEADER.format(language=language) + po.getvalue().decode(),
        TEXTS / f"{language}.json": _json(pages) + "\n",
        SCRIPTS / f"texts.{language}.js": f"// Written by `make texts`.\nexport default {_json(scripts)};\n",
    }


def _extract(method: str, path: Path, options: dict[str, str] | None = None) -> Iterator[tuple[Message, str]]:
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, options=options):
            yield message, str(path.relative_to(ROOT))


def _json(texts: Mapping[str, object]) -> str:
    return json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True)


def main() -> None:
    """Update and write every catalogue."""
    for language in LANGUAGES:
        if language == "en":
            continue
        for path, content in written(language, updated(language)).items():
            path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
