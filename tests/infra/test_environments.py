"""Every environment is a call of one module, with what it needs and nothing that it doesn't know."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.configuration import ENVIRONMENTS, MODULE, ROOT, find_terraform, inputs_of, read, resources

FOLDERS = (MODULE, *ENVIRONMENTS)
INDEXES: dict[str, Any] = json.loads((ROOT / "infra" / "firestore.indexes.json").read_text())


def named(folder: Path, kind: str) -> dict[str, Any]:
    return {name: body for entry in read(folder)[kind] for name, body in entry.items()}


def test_the_configuration_is_formatted() -> None:
    command = [find_terraform(), "fmt", "-check", "-recursive", "-diff", str(ROOT / "infra")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_variables_are_typed_and_described_and_nothing_is_unused(folder: Path) -> None:
    text = "".join(path.read_text() for path in folder.glob("*.tf"))
    for name, body in named(folder, "variable").items():
        assert body["type"], name
        assert body["description"].endswith("."), name
        assert len(re.findall(rf"\bvar\.{name}\b", text)) >= 1, f"{name} is not used"


def test_variables_of_the_module_are_validated() -> None:
    free = {name for name, body in named(MODULE, "variable").items() if "validation" not in body}
    assert free == {"audit_locked", "hold_traffic", "iap_audience", "protect"}


@pytest.mark.parametrize("folder", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_an_environment_gives_the_module_what_it_takes(folder: Path) -> None:
    call = {name for name in named(folder, "module")["tillpulse"] if not name.startswith("(")} - {"source"}
    inputs = named(MODULE, "variable")
    assert call <= inputs.keys()
    assert {name for name, body in inputs.items() if "default" not in body} <= call


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_names_that_are_used_are_there(folder: Path) -> None:
    text = "".join(path.read_text() for path in folder.glob("*.tf"))
    assert set(re.findall(r"\bvar\.(\w+)", text)) <= named(folder, "variable").keys()
    local = {name for block in read(folder).get("locals", []) for name in block if not name.startswith("(")}
    assert set(re.findall(r"\blocal\.(\w+)", text)) <= local
    if folder == MODULE:
        assert set(re.findall(r"(?<!data\.)\b(google_\w+\.\w+)\b", text)) <= resources().keys()


def test_the_environments_differ_in_sizes_and_where_their_state_is_alone() -> None:
    common = {path.name for path in ENVIRONMENTS[0].parent.glob("*.tf")}
    for folder in ENVIRONMENTS:
        linked = {path.name: path.resolve() for path in folder.glob("*.tf") if path.is_symlink()}
        assert linked == {name: folder.parent / name for name in common}
        assert {path.name for path in folder.glob("*.tf")} == common | {"backend.tf", "main.tf"}
        assert f'prefix = "tillpulse/{folder.name}"' in (folder / "backend.tf").read_text()


def test_production_keeps_an_instance_of_each_function_of_orders() -> None:
    """A new instance may take a minute to reach the cache, and a first order would wait for it."""
    (production,) = [folder for folder in ENVIRONMENTS if folder.name == "production"]
    listed = json.loads((ROOT / "infra" / "topology.json").read_text())["functions"]
    orders = {one["name"] for one in listed if one["source"] == "functions/orders"}
    assert orders == {"order-created", "order-status-changed"}
    kept = inputs_of(production)["min_instances"]
    assert {name for name in orders if kept[name] >= 1} == orders


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_provider_is_one_that_knows_direct_egress(folder: Path) -> None:
    blocks = read(folder)["terraform"]
    (providers,) = [found for block in blocks for found in block.get("required_providers", [])]
    assert "7.26" in str(providers["google"])
    assert [list(found) for block in blocks for found in block.get("backend", [])] == (
        [] if folder == MODULE else [["gcs"]]
    )


def test_every_document_that_expires_is_deleted() -> None:
    """What the code dates for deletion has a policy, and no policy waits for a field that nothing writes."""
    declared = {entry["fieldPath"] for entry in INDEXES["fieldOverrides"] if entry.get("ttl")}
    code = "".join(path.read_text() for path in (ROOT / "shared").rglob("*.py"))
    assert set(re.findall(r'"(expire\w*At)":', code)) == declared
    assert {entry["collectionGroup"] for entry in INDEXES["fieldOverrides"] if entry.get("ttl")} == {
        "audit", "baskets", "deadLetterParts", "deadLetters", "lookupCalls", "lookups", "outbox",
    }  # fmt: skip


def test_nothing_secret_is_in_the_configuration() -> None:
    text = "".join(path.read_text() for folder in FOLDERS for path in folder.iterdir() if path.is_file())
    assert "secret_data" not in text
    assert "BEGIN PRIVATE KEY" not in text
