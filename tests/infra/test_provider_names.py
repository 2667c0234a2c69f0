"""Every argument and block is one that the provider documents, and none that it requires is missing.

The names stand in `provider_names.json`, from the documentation of google 7.45 and time 0.14:
{resource: {path of blocks: names}}; `!` marks what is required, `{}` what is a block. A resource that is
new in the configuration needs its names there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.configuration import META, Body, Resource, attributes, blocks, resources

DOCUMENTED: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "provider_names.json").read_text()
)


@pytest.mark.parametrize("resource", resources().values(), ids=resources())
def test_names_are_the_providers(resource: Resource) -> None:
    documented = DOCUMENTED[resource.kind]
    assert list(problems(resource.body, documented, ())) == []


def test_a_wrong_name_is_seen() -> None:
    body: Body = {"schedule": "* * * * *", "http_target": [{"url": "x", "(block)": True}]}
    found = list(problems(body, DOCUMENTED["google_cloud_scheduler_job"], ()))
    assert found == [
        "(top): name is missing",
        "http_target: uri is missing",
        "http_target: no argument url",
    ]


def problems(body: Body, documented: dict[str, list[str]], path: tuple[str, ...]) -> Iterator[str]:
    place = ".".join(path) or "(top)"
    marked = documented.get("_".join(path), documented.get(path[-1], []) if path else [])
    names = {name.rstrip("{}!"): name for name in marked}
    inner = list(blocks(body))
    given = attributes(body, META if not path else ()).keys()
    for name, mark in names.items():
        if "!" in mark and name not in given and name not in {known for known, _ in inner}:
            yield f"{place}: {name} is missing"
    for name in given - names.keys():
        yield f"{place}: no argument {name}"
    for name in given & names.keys():
        if "{}" in names[name]:
            yield f"{place}: {name} is a block"
    for name, content in inner:
        if "{}" not in names.get(name, ""):
            yield f"{place}: no block {name}"
        yield from problems(content, documented, (*path, name))
