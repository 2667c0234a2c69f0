"""Who may call which function, as the Terraform comes to it, and as the topology has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.topology import read_topology
from tests.infra.configuration import ENVIRONMENTS, EVERYTHING_SET, ROOT, evaluate, inputs_of, resources

FUNCTIONS = read_topology(ROOT / "infra" / "topology.json").functions
PUBLIC = {"dashboard", "graphql", "payments"}
CALLED_BY_ITS_OWN = {
    function.name: {f"serviceAccount:call-{function.name}"}
    for function in FUNCTIONS
    if function.topic or function.schedule
}
SERVED = {function.name for function in FUNCTIONS} - CALLED_BY_ITS_OWN.keys()
OPERATORS = "group:tillpulse-operators@example.com"
IAP = "serviceAccount:service-12@gcp-sa-iap.iam.gserviceaccount.com"

SAID = {
    "each.key": "key",
    "each.value": "value",
    "data.google_project.this.number": "12",
}


def callers(folder: Path, inputs: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return {function: members that may call it}."""
    invokers = [grant.body for grant in resources().values() if grant.body.get("role") == "roles/run.invoker"]
    pairs = evaluate(f"concat({', '.join(map(pairs_of, invokers))})", folder, inputs)
    return {name: {member for called, member in pairs if called == name} for name, _ in pairs}


def pairs_of(grant: Mapping[str, Any]) -> str:
    """Return an expression of a grant's [function, member] pairs."""
    service = expression(grant["service"]).removeprefix("google_cloudfunctions2_function.function[")
    member = expression(grant["member"])
    caller = "google_service_account.caller["
    if member.startswith(caller):
        key = member.removeprefix(caller).removesuffix("].member")
        member = f'"serviceAccount:call-${{{key}}}"'
    made_for = expression(grant["for_each"])
    return f"[for key, value in {made_for} : [{service.removesuffix('].name')}, {member}]]"


def expression(text: str) -> str:
    inner = text[2:-1] if text.startswith("${") and text.count("${") == 1 else f'"{text}"'
    if text.startswith("${{for"):
        inner = text[2:-1]
    for said, value in SAID.items():
        inner = inner.replace(said, value)
    return inner


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_a_function_is_called_by_its_own_account_by_everybody_or_by_operators(
    environment: Path, tmp_path: Path
) -> None:
    public = {name: {"allUsers"} for name in PUBLIC}
    private = {name: {OPERATORS} for name in SERVED - PUBLIC}
    assert callers(tmp_path, inputs_of(environment)) == CALLED_BY_ITS_OWN | public | private


def test_nothing_is_public_where_an_organisation_forbids_it(tmp_path: Path) -> None:
    till = "serviceAccount:till@my-project.iam.gserviceaccount.com"
    inputs = {**EVERYTHING_SET, "public_functions": [], "callers": {"graphql": [till]}}
    found = callers(tmp_path, inputs)
    operators = {name: {"group:ops@example.com"} for name in SERVED}
    assert found == CALLED_BY_ITS_OWN | operators | {"graphql": {"group:ops@example.com", till}}


def test_behind_the_proxy_the_dashboard_is_called_by_the_proxy_alone(tmp_path: Path) -> None:
    inputs = {**EVERYTHING_SET, "domain": "tillpulse.example.com", "iap_members": ["group:shop@example.com"]}
    found = callers(tmp_path, inputs)
    assert found["dashboard"] == {IAP}
    assert found["graphql"] == {"allUsers"}
