"""Staging can be taken away; production can't by accident."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.configuration import (
    ENVIRONMENTS,
    EVERYTHING_SET,
    ROOT,
    attributes,
    evaluate,
    inputs_of,
    load_defaults,
    read,
    resources,
)

PROTECTED: dict[tuple[str, str], tuple[Any, Any]] = {
    ("google_firestore_database.ledger", "delete_protection_state"): (
        "DELETE_PROTECTION_ENABLED", "DELETE_PROTECTION_DISABLED",
    ),
    ("google_firestore_database.ledger", "deletion_policy"): ("PREVENT", "DELETE"),
    ("google_memorystore_instance.cache", "deletion_protection_enabled"): (True, False),
    ("google_bigquery_table.events", "deletion_protection"): (True, False),
    ("google_storage_bucket.sources", "force_destroy"): (False, True),
}  # fmt: skip
"""{where: what it is with protection, and without}."""


def test_protection_holds_everywhere_unless_it_is_given_up(tmp_path: Path) -> None:
    written = {where: attributes(resources()[where[0]].body)[where[1]] for where in PROTECTED}
    expressions = ", ".join(text[2:-1] for text in written.values())
    protected = evaluate(f"[{expressions}]", tmp_path, EVERYTHING_SET)
    given_up = evaluate(f"[{expressions}]", tmp_path, {**EVERYTHING_SET, "protect": False})
    assert dict(zip(PROTECTED, zip(protected, given_up, strict=True), strict=True)) == PROTECTED


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_staging_alone_gives_protection_up(environment: Path) -> None:
    protect = inputs_of(environment).get("protect", load_defaults()["protect"])
    assert protect is (environment.name != "staging")


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_everything_is_labelled(environment: Path) -> None:
    (provider,) = read(environment)["provider"]
    labels = provider["google"]["default_labels"]
    assert labels["application"] == "tillpulse"
    assert labels["environment"] == "${basename(abspath(path.root))}"


def test_what_stays_after_a_teardown_is_said() -> None:
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    (section,) = re.findall(r"## Take an environment away\n(.*?)\n## ", page, re.DOTALL)
    for left in ("state", "plans", "APIs", "backups", "tillpulse-audit", "gcf-v2-"):
        assert left in section, left
