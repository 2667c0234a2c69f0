"""A known weakness of what the locks name ends a build, and so do advisories that can't be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from infra.advisories import LOCKS, AdvisoriesAway, findings, read_report
from tests.infra.configuration import ROOT

REPORT = {
    "dependencies": [
        {"name": "jinja2", "version": "3.1.2", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1.6"]}]},
        {"name": "valkey", "version": "6.2.0", "vulns": []},
        {"name": "py", "version": "1.11.0", "vulns": [{"id": "PYSEC-2022-42969", "fix_versions": []}]},
    ],
    "fixes": [],
}
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


def test_a_finding_says_what_where_and_what_to_do() -> None:
    locks = {
        "a.lock": "jinja2==3.1.2 \\\n",
        "b.lock": "valkey==6.2.0 \\\npy==1.11.0 ; x \\\n",
        "c.lock": "my-py==1.11.0 \\\n",
    }
    assert list(findings(read_report(json.dumps(REPORT), ""), locks)) == [
        "jinja2==3.1.2: PYSEC-2026-1, fixed in 3.1.6; named by a.lock",
        "py==1.11.0: PYSEC-2022-42969, fixed in no version yet; named by b.lock",
    ]


def test_what_could_not_be_looked_up_is_no_good_news() -> None:
    unknown = {"name": "ours", "skip_reason": "not found on PyPI"}
    with pytest.raises(AdvisoriesAway, match=r"not found on PyPI \(1 of 4 packages\)"):
        read_report(json.dumps({**REPORT, "dependencies": [*REPORT["dependencies"], unknown]}), "")
    with pytest.raises(AdvisoriesAway, match="no route"):
        read_report("", "Traceback …\nno route\n")


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_without_a_network_a_laptop_is_told_and_a_build_fails(ci: str, status: int) -> None:
    environment = {**os.environ, **NOWHERE, "CI": ci}
    command = [sys.executable, "-m", "infra.advisories"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == status, done.stderr
    assert done.stderr.startswith(f"{LOCKS[0]} was not checked: ")


def test_the_locks_that_are_looked_up_name_all_that_functions_run() -> None:
    looked_up = (ROOT / LOCKS[0]).read_text()
    for lock in ROOT.glob("functions/*/requirements.txt"):
        pins = {line.partition(" ")[0] for line in lock.read_text().splitlines() if "==" in line}
        assert pins
        assert not [pin for pin in pins if f"\n{pin} " not in f"\n{looked_up}"]
