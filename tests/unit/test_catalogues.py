"""The pages' texts in every language: all are translated, with the same placeholders."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infra.catalogues import FOLDER, SCRIPTS, translated, updated, written
from shared.entry.language import LANGUAGES

OTHERS = sorted(set(LANGUAGES) - {"en"})
_PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)s|<[^>]+>")
_SPOKEN = {"aria-label", "title", "placeholder", "alt"}
_SPEECH = re.compile(r"^[A-Z][a-z]+ \w|[a-z]{2}[.\u2026]$|(^| )[A-Za-z]?[a-z]+ [a-z]+ [a-z]")

of_each_language = pytest.mark.parametrize("language", OTHERS)


def forms(texts: object) -> tuple[str, ...]:
    return texts if isinstance(texts, tuple) else (str(texts),)


@of_each_language
def test_catalogues_have_the_texts_of_the_code(language: str) -> None:
    for path, content in written(language, updated(language)).items():
        assert path.read_text(encoding="utf-8") == content, f"{path}: run `make texts`"


@of_each_language
def test_every_text_is_translated(language: str) -> None:
    entries = [message for message in translated(language) if message.id]
    assert len(entries) > 250
    assert [message.id for message in entries if not all(forms(message.string)) or message.fuzzy] == []


@of_each_language
def test_translations_have_the_placeholders_and_tags_of_the_text(language: str) -> None:
    for message in filter(lambda one: one.id, translated(language)):
        for text, said in zip(forms(message.id), forms(message.string), strict=True):
            assert sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(said)), text


@of_each_language
def test_no_translation_says_a_sentence_twice(language: str) -> None:
    for message in filter(lambda one: one.id, translated(language)):
        for said in forms(message.string):
            sentences = re.findall(r"[^.]{10,}\.", said)
            assert len({*sentences}) == len(sentences), said


class _Texts(HTMLParser):
    """Collects what people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.mark.parametrize("path", sorted((FOLDER / "templates").glob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_that_is_not_translated(path: Path) -> None:
    template = path.read_text(encoding="utf-8")
    template = re.sub(r"\{% trans %\}.*?\{% endtrans %\}|\{#.*?#\}", "", template, flags=re.DOTALL)
    parser = _Texts()
    parser.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", template, flags=re.DOTALL))
    words = {word for text in parser.found for word in re.findall(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])", text)}
    assert words - {"Tillpulse"} == set()


@pytest.mark.parametrize(
    "path",
    sorted(path for path in SCRIPTS.glob("*.js") if not path.name.startswith("texts.")),
    ids=lambda path: path.name,
)
def test_scripts_say_nothing_that_is_not_translated(path: Path) -> None:
    """Words that begin with a capital, and sentences, are given to `_` or `ngettext`."""
    script = re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    script = re.sub(r'\b(_|ngettext)\(("[^"\n]*"(, )?)+', "", script)
    literals = ["".join(pair) for pair in re.findall(r'"([^"\n]*)"|`([^`]*)`', script)]
    assert [text for text in literals if _SPEECH.search(text)] == []
