"""The pipeline does what a laptop does: it calls make targets and nothing else."""

from __future__ import annotations

import json
import re

from tests.infra.configuration import ROOT

PIPELINE = (ROOT / "cloudbuild.yaml").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_step_but_the_first_is_a_make_target() -> None:
    first, *steps = re.split(r"^  - id: ", PIPELINE, flags=re.MULTILINE)[1:]
    assert first.startswith("builder")
    for step in steps:
        assert "entrypoint: make" in step
        (called,) = re.findall(r"args: \[\"?([$\w]+)", step)
        assert called in TARGETS | {"$_ACTION"}


def test_what_is_deployed_was_tested_first() -> None:
    order = re.findall(r"^  - id: (\w+)", PIPELINE, flags=re.MULTILINE)
    assert order == ["builder", "lint", "types", "test", "stage", "terraform"]
    assert "_ACTION: plan" in PIPELINE
    assert "env: [CI=true]" in PIPELINE.partition("- id: test")[2].partition("- id:")[0], "or it skips"
    assert {"plan", "deploy"} <= TARGETS


def test_the_builder_has_the_runtimes_python() -> None:
    runtime = json.loads((ROOT / "infra" / "topology.json").read_text())["runtime"]
    version = runtime.replace("python3", "python:3.")
    assert f"FROM {version}-" in (ROOT / "infra" / "builder" / "Dockerfile").read_text()
