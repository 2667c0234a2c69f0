"""The gcloud commands for what infra/firestore.indexes.json lists: indexes, fields and TTL. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def index_commands(listed: Mapping[str, Any], database: str) -> Iterator[tuple[str, ...]]:
    """Yield a command for each composite index, and one or two for each field with indexes of its own."""
    for index in listed["indexes"]:
        yield (
            "firestore", "indexes", "composite", "create", f"--database={database}",
            f"--collection-group={index['collectionGroup']}", f"--query-scope={_dashed(index['queryScope'])}",
            *(f"--field-config=field-path={one['fieldPath']},{_kind(one)}" for one in index["fields"]),
            "--async",
        )  # fmt: skip
    for field in listed["fieldOverrides"]:
        group = f"--collection-group={field['collectionGroup']}"
        place = (field["fieldPath"], f"--database={database}", group)
        indexes = [
            f"--index={_kind(one)},query-scope={_dashed(one['queryScope'])}" for one in field["indexes"]
        ]
        kept = indexes or ["--disable-indexes"]
        yield ("firestore", "indexes", "fields", "update", *place, *kept, "--async")
        if field.get("ttl"):
            yield ("firestore", "fields", "ttls", "update", *place, "--enable-ttl", "--async")


def _kind(index: Mapping[str, str]) -> str:
    if "order" in index:
        return f"order={index['order'].lower()}"
    return f"array-config={index['arrayConfig'].lower()}"


def _dashed(name: str) -> str:
    return name.lower().replace("_", "-")
