"""The Terraform configuration: as it is written, and what its expressions come to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

from infra.environment import defaults, read_inputs
from tests.missing import unavailable

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "infra" / "modules" / "tillpulse"
ENVIRONMENTS = tuple(sorted(path.parent for path in ROOT.glob("infra/environments/*/main.tf")))
META = {"for_each", "count", "depends_on", "lifecycle", "provider"}
Body = dict[str, Any]
SAID_BY_RESOURCES = {
    "${path.module}/../..": str(ROOT / "infra"),
    'jsondecode(file("${local.infra}/../dist/archives.json"))': "{}",
    "google_firestore_database.ledger.name": '"tillpulse"',
    "google_memorystore_instance.cache.id": '"the instance"',
    "data.google_project.this.number": "12",
}
EVERYTHING_SET: Mapping[str, Any] = {
    "project_id": "my-project", "region": "europe-west1", "firestore_location": "eur3",
    "bigquery_location": "EU", "auth_issuer": "https://issuer", "auth_audience": "us",
    "auth_jwks_url": "https://issuer/keys", "iap_audience": "iap", "customer_api_endpoint": "https://api",
    "oidc_client_id": "dashboard", "image_origins": ["https://cdn.example.com"],
    "iap_access": {
        "ana@example.com": {"stores": "*", "roles": ["admin"]},
        "bia@example.com": {"stores": ["s-1"], "roles": ["viewer"]},
    },
    "operators": ["group:ops@example.com"], "secret_versions": {"LOOKUP_SALT": "2"},
    "tenant_publishers": {
        "acme": {"store_id": "s 1/é", "members": ["serviceAccount:shop@acme.iam.gserviceaccount.com"]},
        "b-2": {"store_id": "s-2", "members": ["group:b@example.com"], "topics": ["order-created"]},
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    kind: str
    name: str
    body: Body

    @property
    def address(self) -> str:
        return f"{self.kind}.{self.name}"


def read(folder: Path) -> dict[str, list[Any]]:
    """Return {kind of block: blocks} of all files of a folder, with names and texts unquoted."""
    found: dict[str, list[Any]] = {}
    for path in sorted(folder.glob("*.tf")):
        with path.open() as file:
            for kind, blocks in _plain(hcl2.load(file)).items():
                found.setdefault(kind, []).extend(blocks)
    return found


@cache
def resources() -> dict[str, Resource]:
    """Return {address: resource} of the module."""
    found = (
        Resource(kind, name, body)
        for block in read(MODULE)["resource"]
        for kind, named in block.items()
        for name, body in named.items()
    )
    return {resource.address: resource for resource in found}


def attributes(body: Body, meta: Collection[str] = META) -> Body:
    """Return the arguments, without those that are Terraform's own and not the provider's."""
    return {
        name: value
        for name, value in body.items()
        if not _are_blocks(value) and name not in {*meta, "dynamic", _BLOCK}
    }


def blocks(body: Body) -> Iterator[tuple[str, Body]]:
    """Yield (name, body) of the blocks inside, dynamic ones as what they make."""
    for name, value in body.items():
        if name == "dynamic":
            for dynamic in value:
                for made, inner in dynamic.items():
                    yield made, inner["content"][0]
        elif _are_blocks(value) and name not in META:
            for inner in value:
                yield name, inner


def block(body: Body, name: str) -> Body:
    """Return the one block of that name."""
    (found,) = [inner for known, inner in blocks(body) if known == name]
    return found


def evaluate(expression: str, folder: Path, inputs: Mapping[str, Any] = EVERYTHING_SET) -> Any:
    """Return what an expression over the module's variables and locals comes to, by Terraform itself.

    Providers can't be had everywhere, so resources are left out and what they would say is put in.
    """
    terraform = find_terraform()
    text = re.split(r"^data ", (MODULE / "locals.tf").read_text(), flags=re.MULTILINE)[0]
    for said, value in SAID_BY_RESOURCES.items():
        assert said in text, f"no longer in locals.tf: {said}"
        text = text.replace(said, value)
    (folder / "locals.tf").write_text(text)
    for path in MODULE.glob("variables*.tf"):
        shutil.copy(path, folder)
    (folder / "terraform.tfvars.json").write_text(json.dumps(inputs))
    done = subprocess.run(
        [terraform, "console"],
        input=f"jsonencode({expression})\n",
        capture_output=True, text=True, cwd=folder, check=False, env=_environment(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(json.loads(done.stdout.strip().splitlines()[-1]))


def inputs_of(environment: Path) -> dict[str, Any]:
    """Return what an environment gives the module, with the settings of its example."""
    return read_inputs(environment, environment / "terraform.tfvars.example")


@cache
def load_defaults() -> dict[str, Any]:
    """Return {variable of the module: default}."""
    return defaults(MODULE)


def find_terraform() -> str:
    """Return the program, or end the test: without it a laptop skips, and CI fails."""
    found = shutil.which("terraform")
    if found is None:
        unavailable("terraform is not on PATH; it checks infra/ without a provider or an account")
    return found


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}


def _are_blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and _BLOCK in value[0]


_BLOCK = "(block)"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        result = {key.strip('"'): _plain(inner) for key, inner in value.items() if not key.startswith("__")}
        return result | ({_BLOCK: True} if value.get("__is_block__") else {})
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, str) and value.startswith('"'):
        return value[1:-1]
    return value
