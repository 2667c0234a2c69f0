"""The pipeline does what a laptop does: it calls make targets and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

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
    assert order == ["builder", "lint", "types", "test", "advisories", "stage", "terraform"]
    assert "_ACTION: plan" in PIPELINE
    assert "env: [CI=true]" in PIPELINE.partition("- id: test")[2].partition("- id:")[0], "or it skips"
    assert {"plan", "deploy"} <= TARGETS


def test_the_builder_has_the_runtimes_python() -> None:
    runtime = json.loads((ROOT / "infra" / "topology.json").read_text())["runtime"]
    version = runtime.replace("python3", "python:3.")
    assert f"_PYTHON_IMAGE: {version}-" in PIPELINE


DIGEST = "@sha256:" + "0a" * 32
IMAGES = re.findall(r"^  (_[A-Z]+_IMAGE): (\S+)$", PIPELINE, re.MULTILINE)


def test_every_image_of_the_build_is_one_that_a_trigger_pins() -> None:
    dockerfile = (ROOT / "infra" / "builder" / "Dockerfile").read_text()
    assert {name for name, _ in IMAGES} == set(re.findall(r"\$(_[A-Z]+_IMAGE)", PIPELINE))
    assert set(re.findall(r"^    name: (\S+)$", PIPELINE, re.MULTILINE)) == {
        "$_DOCKER_IMAGE",
        "tillpulse-builder",
    }
    froms = re.findall(r"^FROM \$\{(\w+)\}", dockerfile, re.MULTILINE)
    assert {f"_{name}" for name in froms} | {"_DOCKER_IMAGE"} == {name for name, _ in IMAGES}
    assert dockerfile.count("FROM ") == len(froms)
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    assert all(f"{name}=" in page and tag in page for name, tag in IMAGES)


@pytest.mark.parametrize("unpinned", range(len(IMAGES)))
def test_a_build_with_a_bare_tag_is_refused(unpinned: int, tmp_path: Path) -> None:
    images = [tag if n == unpinned else tag + DIGEST for n, (_, tag) in enumerate(IMAGES)]
    done = build(images, tmp_path)
    assert done.returncode == 1
    assert f"pinned by digest, such as {images[unpinned]}@sha256:" in done.stderr


def test_a_build_with_pinned_images_goes_on_to_docker(tmp_path: Path) -> None:
    done = build([tag + DIGEST for _, tag in IMAGES], tmp_path)
    assert done.returncode == 127, "there is no docker on this path"
    assert "docker" in done.stderr


def build(images: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the first step where `grep` is all that there is."""
    (folder / "grep").symlink_to(shutil.which("grep") or "")
    command = ["/bin/sh", str(ROOT / "infra" / "builder" / "build.sh"), *images]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={"PATH": str(folder)}, check=False
    )
