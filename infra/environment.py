"""Read what an environment gives the module, from its files, without running Terraform."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hcl2

_VARIABLE = re.compile(r"\$\{var\.(\w+)\}")


def load(path: Path) -> dict[str, Any]:
    """Return a Terraform file, with names and texts unquoted; keys that start with `__` are left out."""
    with path.open(encoding="utf-8") as file:
        return dict(_plain(hcl2.load(file)))


def read_inputs(environment: Path, settings: Path) -> dict[str, Any]:
    """Return {input of the module: value} as an environment gives them.

    Args:
        environment: a folder of `infra/environments`.
        settings: its `terraform.tfvars`, or another file of that form.

    Raises:
        KeyError: the settings lack a variable that has no default.
    """
    (call,) = (block["tillpulse"] for block in load(environment / "main.tf")["module"])
    values = defaults(environment) | load(settings)
    return {name: _value(given, values) for name, given in call.items() if name != "source"}


def defaults(folder: Path) -> dict[str, Any]:
    """Return {variable: default} of a folder's variables; those without a default are left out."""
    return {
        name: body["default"]
        for path in folder.glob("variables*.tf")
        for block in load(path)["variable"]
        for name, body in block.items()
        if "default" in body
    }


def _value(given: Any, values: Mapping[str, Any]) -> Any:
    variable = _VARIABLE.fullmatch(given) if isinstance(given, str) else None
    return values[variable[1]] if variable else given


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.strip('"'): _plain(inner) for key, inner in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, str) and value.startswith('"'):
        return value[1:-1]
    return value
