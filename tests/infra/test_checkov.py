"""Checkov objects to nothing but what is explained where it is; it needs no account and no network."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.clean_venv import make_venv
from tests.infra.configuration import ROOT

INFRA = ROOT / "infra"
SUPPRESSION = re.compile(r"checkov:skip=(\w+)(?::(.*))?")
OPTIONS = (
    "--framework", "terraform", "dockerfile", "secrets", "--output", "json",
    "--download-external-modules", "false", "--skip-download",
)  # fmt: skip
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")

Scan = Callable[[Path], Mapping[str, Any]]


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Return a function of a folder that gives Checkov's results, {kind: report}."""
    home = tmp_path_factory.mktemp("checkov")
    python = make_venv(home / "venv", INFRA / "checkov" / "requirements.txt")

    def run(folder: Path) -> Mapping[str, Any]:
        done = subprocess.run(
            [str(python.with_name("checkov")), "--directory", str(folder), *OPTIONS],
            capture_output=True, text=True, cwd=folder, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(home), **NOWHERE},
        )  # fmt: skip
        assert done.stdout.startswith(("[", "{")), done.stdout + done.stderr
        found = json.loads(done.stdout)
        return {report["check_type"]: report for report in (found if isinstance(found, list) else [found])}

    return run


@pytest.fixture(scope="module")
def reports(scan: Scan) -> Mapping[str, Any]:
    return scan(INFRA)


def test_nothing_is_objected_to(reports: Mapping[str, Any]) -> None:
    failed = [
        f"{check['check_id']} {check['resource']}: {check['check_name']}"
        for report in reports.values()
        for check in report["results"]["failed_checks"]
    ]
    assert failed == []


def test_everything_was_read(reports: Mapping[str, Any]) -> None:
    assert reports.keys() >= {"terraform", "dockerfile"}
    assert [report["summary"]["parsing_errors"] for report in reports.values()] == [0] * len(reports)
    assert reports["terraform"]["summary"]["passed"] >= 40


def test_every_suppression_says_why_and_suppresses_something(reports: Mapping[str, Any]) -> None:
    written = {
        (path.name, *found)
        for path in INFRA.rglob("*")
        if path.is_file() and ".terraform" not in path.parts
        for found in SUPPRESSION.findall(path.read_text(encoding="utf-8"))
    }
    at_work = {
        (Path(check["file_path"]).name, check["check_id"], check["check_result"]["suppress_comment"])
        for report in reports.values()
        for check in report["results"]["skipped_checks"]
    }
    assert at_work == written
    assert [suppression for suppression in written if len(suppression[2].split()) < 8] == []


def test_a_fault_is_seen(scan: Scan, tmp_path: Path) -> None:
    module = tmp_path / "module"
    shutil.copytree(INFRA / "modules" / "tillpulse", module)
    sources = module / "sources.tf"
    sources.write_text(sources.read_text().replace("uniform_bucket_level_access = true\n", ""))
    failed = scan(module)["terraform"]["results"]["failed_checks"]
    assert [(check["check_id"], check["resource"]) for check in failed] == [
        ("CKV_GCP_29", "google_storage_bucket.sources")
    ]
