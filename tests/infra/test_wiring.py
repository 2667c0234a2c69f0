"""Which resource is tied to which: a wrong tie is valid Terraform, and fails in production alone.

`wiring.json` says it: {resource: {attribute, in its blocks: what it says}}, {resource: {dynamic block: what
it is made for}}, {kind of resources: APIs that they need}.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.configuration import MODULE, Body, attributes, blocks, read, resources

WIRING: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "wiring.json").read_text())
TIES, MADE_FOR, SERVICES = WIRING["attributes"], WIRING["dynamic blocks"], WIRING["services"]
FUNCTION = "google_cloudfunctions2_function.function"


@pytest.mark.parametrize("address", TIES)
def test_a_resource_is_tied_to_its_own(address: str) -> None:
    body = resources()[address].body
    said = {place: list(values(body, place.split("."))) for place in TIES[address]}
    assert said == {place: [value] for place, value in TIES[address].items()}


@pytest.mark.parametrize("address", MADE_FOR)
def test_a_block_is_made_where_it_is_needed(address: str) -> None:
    body = resources()[address].body
    said = {name: made_for(body, name) for name in MADE_FOR[address]}
    assert said == {name: [value] for name, value in MADE_FOR[address].items()}


def test_a_function_is_given_its_variables_and_what_is_the_same_everywhere() -> None:
    (given,) = values(resources()[FUNCTION].body, ["service_config", "environment_variables"])
    listed = "for name in each.value.environment : name => local.environment[name]"
    assert f"{listed} if contains(keys(local.environment), name)" in given
    assert "THREADS = tostring(each.value.concurrency)" in given
    assert 'PYTHONTZPATH = ""' in given
    assert 'PYDANTIC_DISABLE_PLUGINS = "__all__"' in given


def test_every_api_is_enabled_that_a_resource_needs() -> None:
    kinds = {resource.kind for resource in resources().values()} - {"google_project_service", "time_sleep"}
    assert [kind for kind in kinds if not kind.startswith(tuple(SERVICES))] == []
    enabled = str(resources()["google_project_service.required"].body["for_each"])
    needed = {f"{api}.googleapis.com" for apis in SERVICES.values() for api in apis}
    assert set(re.findall(r"[a-z]+\.googleapis\.com", enabled)) == needed


def test_addresses_are_those_of_the_functions_that_are_served() -> None:
    (urls,) = [entry["urls"]["value"] for entry in read(MODULE)["output"] if "urls" in entry]
    assert "for name in keys(local.served) : name =>" in urls
    behind = 'contains(keys(local.balanced), name) ? "https://${var.domain}"'
    assert f"{behind} : google_cloudfunctions2_function.function[name].service_config[0].uri" in urls


def values(body: Body, place: list[str]) -> list[Any]:
    """Return what is at the place, once for each block on the way."""
    name, *rest = place
    if not rest:
        return [body.get(name) if name == "for_each" else attributes(body).get(name)]
    return [value for found, inner in blocks(body) if found == name for value in values(inner, rest)]


def made_for(body: Body, name: str) -> list[Any]:
    """Return what dynamic blocks of that name are made for, wherever they are."""
    here = [made[name]["for_each"] for made in body.get("dynamic", []) if name in made]
    return here + [value for _, inner in blocks(body) for value in made_for(inner, name)]
