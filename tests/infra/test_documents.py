"""Operators can follow the pages: every variable, secret, resource and address in their commands exists."""

from __future__ import annotations

import ast
import re
import subprocess
from datetime import UTC, datetime

import pytest

from emulator.topology import read_topology
from shared.messages.decode import decode
from tests import pages
from tests.infra.configuration import MODULE, ROOT, read, resources

NAMES = ("infra/DEPLOY.md", "infra/RUNBOOK.md", "infra/CAPACITY.md", "docs/CONNECT.md")
PAGES = {name: pages.read(name) for name in NAMES}
TOPOLOGY = read_topology(ROOT / "infra" / "topology.json")
SECRETS = {secret for function in TOPOLOGY.functions for secret in function.secrets}
IN_THE_READERS_SHELL = {"EDITOR", "HOME"}
SET_IN_DEPLOY = {"PROJECT", "REGION", "ENVIRONMENT", "DASHBOARD", "TOKEN"}
PLACES = {"DASHBOARD": "functions/dashboard", "RECONCILE": "functions/reconcile"}

in_pages = pytest.mark.parametrize("page", PAGES)


def scripts(page: str) -> str:
    """Return the page's commands, with its <placeholders> filled in."""
    found = re.findall(r"```bash\n(.*?)```", PAGES[page], re.DOTALL)
    return re.sub(r"<[a-z ]+>", "x", "\n".join(found))


def named(kind: str) -> set[str]:
    return {name for entry in read(MODULE)[kind] for name in entry}


@in_pages
def test_commands_are_of_a_shell_and_set_what_they_use(page: str) -> None:
    script = scripts(page)
    checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    known = set(re.findall(r"\b([A-Z_]+)=", script)) | set(re.findall(r"\bread -rs? ([A-Z_]+)", script))
    known |= set(re.findall(r"\bfor ([A-Z_]+) in", script)) | IN_THE_READERS_SHELL
    known |= SET_IN_DEPLOY if page != "infra/DEPLOY.md" else set()
    assert set(re.findall(r"\$\{?([A-Z_]+)", script)) <= known


@in_pages
def test_secrets_topics_and_resources_exist(page: str) -> None:
    text = PAGES[page]
    secrets = {secret.lower().replace("_", "-") for secret in SECRETS}
    assert set(re.findall(r"versions add ([\w-]+)", text)) <= secrets
    assert set(re.findall(r"--secret=([\w-]+)", text)) <= secrets
    assert set(re.findall(r"topics publish ([\w-]+)", text)) <= set(TOPOLOGY.topics())
    assert set(re.findall(r"module\.tillpulse\.(google_\w+\.\w+)", text)) <= resources().keys()
    functions = {function.name for function in TOPOLOGY.functions}
    assert set(re.findall(r"update-traffic ([\w-]+)", text)) <= functions


def test_every_secret_is_in_the_instructions_and_in_the_examples() -> None:
    added = set(re.findall(r"versions add ([\w-]+)", PAGES["infra/DEPLOY.md"]))
    assert {secret.replace("-", "_").upper() for secret in added} == SECRETS
    examples = sorted((ROOT / "infra" / "environments").glob("*/terraform.tfvars.example"))
    for text in (PAGES["infra/DEPLOY.md"], *(path.read_text() for path in examples)):
        versions = "".join(re.findall(r"secret_versions = {(.*?)}", text))
        assert set(re.findall(r"[A-Z]+(?:_[A-Z]+)+", versions)) == SECRETS


@in_pages
def test_settings_in_words_are_the_modules(page: str) -> None:
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGES[page]))
    assert words <= named("variable") | {"firestore_database"}


@pytest.mark.parametrize("place", PLACES)
def test_addresses_that_are_asked_are_served(place: str) -> None:
    sources = [ROOT / PLACES[place] / "main.py", *(ROOT / "shared" / "entry" / "routes").glob("*.py")]
    rules = {
        str(node.args[0].value)
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and re.search(r"\.(route|get|post|put|delete)$", ast.unparse(node.func))
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    served = [re.compile(re.sub(r"<[^>]+>", "[^/]+", rule)) for rule in rules]
    asked = {path for text in PAGES.values() for path in re.findall(rf"\${place}(/[^\s\"?]*)", text)}
    assert asked
    assert [path for path in asked if not any(rule.fullmatch(path) for rule in served)] == []


def test_the_order_of_the_example_is_an_event() -> None:
    (text,) = re.findall(r"--message='(.*?)'\n", PAGES["infra/DEPLOY.md"], re.DOTALL)
    data = text.replace("'$NOW'", "2026-11-20T12:00:00Z").encode()
    change = decode("order-created", data, datetime(2026, 11, 20, 13, tzinfo=UTC))
    assert change is not None
    assert (change.store_id, change.creates) == ("s-1", True)


def test_the_bootstrap_enables_what_comes_before_terraform() -> None:
    before = PAGES["infra/DEPLOY.md"].partition("## Deploy")[0]
    asked_by_preflight = ("cloudbilling", "cloudquotas", "orgpolicy")
    for api in (
        "cloudresourcemanager",
        "serviceusage",
        "iam",
        "storage",
        "pubsub",
        "cloudbuild",
        *asked_by_preflight,
    ):
        assert f"{api}.googleapis.com" in before
    assert "providers lock" in before
    assert ".terraform.lock.hcl" not in (ROOT / ".gitignore").read_text().split()
