"""The local stack on emulators that firebase-tools started: docs/FIREBASE.md."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from emulator.download_bar import download_with_bar
from emulator.jars import FIRESTORE, PUBSUB, Jar, find_jar
from emulator.java import find_java
from emulator.options import REPOSITORY
from emulator.ports import PortBook
from emulator.state import PROJECT_ID
from tests.contract.small_tree import require_programs, write_small_tree

OLDEST_JAVA = 21
"""firebase-tools refuses to start on an older one."""


@pytest.mark.skipif(
    shutil.which("firebase") is None,
    reason="firebase-tools is not installed: npm install --global firebase-tools",
)  # On CI too: its image has no Node.
def test_a_stack_attaches_to_the_emulators_of_firebase_tools(tmp_path: Path) -> None:
    require_programs()
    options = write_small_tree(tmp_path)
    firestore, pubsub = (
        find_jar(emulator, os.environ, download_with_bar) for emulator in (FIRESTORE, PUBSUB)
    )
    java = find_java(OLDEST_JAVA)
    environment = {
        **options.environ,
        "PATH": f"{java.parent}:{os.environ['PATH']}",
        "FIRESTORE_EMULATOR_BINARY_PATH": str(make_runnable(firestore, tmp_path / "firestore.jar")),
        "PUBSUB_EMULATOR_BINARY_PATH": str(write_launcher(pubsub, java, tmp_path / "pubsub")),
    }
    config = json.loads((REPOSITORY / "emulator" / "firebase.json").read_text())
    ports = PortBook({})
    for name in ("firestore", "pubsub", "ui", "hub", "logging"):
        config["emulators"].setdefault(name, {})["port"] = ports.assign(name)
    config["emulators"]["firestore"]["websocketPort"] = ports.assign("websocket")
    (tmp_path / "firebase.json").write_text(json.dumps(config))
    stack = f"{sys.executable} -m emulator"
    folder = f"--state-dir {options.state_dir}"
    script = f"""
        set -e; cd {REPOSITORY}
        {stack} up {folder} --root {options.root} --topology {options.topology}
        echo '{{"n": 1}}' | {stack} publish {folder} orders
        until grep '"n": 1' {options.root}/functions/events/kept.txt; do sleep 0.1; done
        {stack} down {folder}
        """
    command = ["firebase", "emulators:exec", "--project", PROJECT_ID, script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Published 1 message to orders" in done.stdout
    for name in ("firestore", "pubsub"):
        assert f"127.0.0.1:{config['emulators'][name]['port']}" in done.stdout
        assert f"✓ {name}" not in done.stdout


def make_runnable(jar: Jar, path: Path) -> Path:
    """Return a jar that `java -jar` runs: a manifest with the main class that gcloud's jar does not name."""
    manifest = f"Main-Class: {jar.emulator.main_class}\r\nClass-Path: {jar.path.as_uri()}"
    lines = [fold(line) for line in ("Manifest-Version: 1.0", *manifest.split("\r\n"))]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "\r\n".join([*lines, ""]))
    return path


def fold(line: str) -> str:
    """Return the line as a manifest holds it: 72 bytes at most, continued after a blank."""
    head, rest = line[:70], line[70:]
    return "\r\n ".join([head, *(rest[start : start + 70] for start in range(0, len(rest), 70))])


def write_launcher(jar: Jar, java: Path, path: Path) -> Path:
    """Return a program that starts the emulator."""
    path.write_text(f'#!/bin/sh\nexec {java} -cp {jar.path} {jar.emulator.main_class} "$@"\n')
    path.chmod(0o755)
    return path
