"""A key of one's own encrypts everything that keeps data, and nothing names a key where there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.configuration import EVERYTHING_SET, MODULE, evaluate, read, resources
from tests.infra.test_provider_names import DOCUMENTED

KEY = "projects/p/locations/europe-west1/keyRings/tillpulse/cryptoKeys/data"
ONE_PLACE = {**EVERYTHING_SET, "firestore_location": "europe-west1", "bigquery_location": "europe-west1"}
HAVE_IT_FROM = {
    "google_bigquery_table": "google_bigquery_dataset",
    "google_storage_bucket_object": "google_storage_bucket",
}
WITHOUT = {"google_logging_project_bucket_config"}
"""Logs keep Google's key, as infra/DEPLOY.md says."""


def test_whatever_can_have_a_key_has_it() -> None:
    can = {kind for kind, names in DOCUMENTED.items() if "kms_key" in json.dumps([*names.values()])} & {
        found.kind for found in resources().values()
    }
    has = {found.kind for found in resources().values() if "local.own_key" in str(found.body)}
    assert has == can - HAVE_IT_FROM.keys() - WITHOUT
    assert has >= set(HAVE_IT_FROM.values())


@pytest.mark.parametrize(("key", "named"), [("", None), (KEY, KEY)])
def test_the_key_is_googles_unless_one_is_named(key: str, named: str | None, tmp_path: Path) -> None:
    assert evaluate("one(local.own_key)", tmp_path, {**ONE_PLACE, "kms_key": key}) == named


@pytest.mark.parametrize(("inputs", "accepted"), [(ONE_PLACE, True), (EVERYTHING_SET, False)])
def test_a_key_in_another_place_than_the_data_is_refused(
    inputs: Mapping[str, Any], accepted: bool, tmp_path: Path
) -> None:
    (key,) = [block["kms_key"] for block in read(MODULE)["variable"] if "kms_key" in block]
    conditions = ", ".join(check["condition"][2:-1] for check in key["validation"])
    assert all(evaluate(f"[{conditions}]", tmp_path, {**inputs, "kms_key": KEY})) is accepted
