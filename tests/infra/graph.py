"""The order in which Terraform makes the module's resources, as its references and `depends_on` say it."""

from __future__ import annotations

import json
import re
from functools import cache

from tests.infra.configuration import MODULE, Resource, read, resources

_REFERENCE = re.compile(r"(?<![\w.])((?:google|time)_\w+\.\w+)")
_LOCAL = re.compile(r"\blocal\.(\w+)")


def written(resource: Resource) -> str:
    """Return all that a resource says, with the locals that it names written out."""
    text, told = json.dumps(resource.body), set[str]()
    while names := set(_LOCAL.findall(text)) - told:
        told |= names
        text += "".join(json.dumps(_locals()[name]) for name in names)
    return text


@cache
def references(address: str) -> frozenset[str]:
    """Return the addresses that a resource names itself, or through locals."""
    found = set(_REFERENCE.findall(written(resources()[address]))) - {address}
    return frozenset(found & resources().keys())


@cache
def comes_after(address: str) -> frozenset[str]:
    """Return every resource that is there before this one is made."""
    before, todo = set[str](), [address]
    while todo:
        new = references(todo.pop()) - before
        before |= new
        todo += new
    return frozenset(before)


@cache
def _locals() -> dict[str, object]:
    return {name: value for block in read(MODULE).get("locals", []) for name, value in block.items()}
