"""Run gcloud and read what it prints."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refused:
    """gcloud's own words, where it did not answer."""

    words: str


Answer = Any
"""What `--format=json` printed, or a `Refused`."""


def call_gcloud(arguments: Sequence[str]) -> str | Refused:
    """Return what a command of gcloud prints, or why it printed nothing."""
    command = ["gcloud", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except FileNotFoundError:
        return Refused("gcloud is not on the PATH")
    if done.returncode:
        return Refused(" ".join(done.stderr.split()) or f"gcloud ended with {done.returncode}")
    return done.stdout


def run_gcloud(arguments: Sequence[str]) -> Answer:
    """Return what a command of gcloud prints as JSON, or why it printed nothing."""
    printed = call_gcloud([*arguments, "--format=json", "--quiet"])
    return printed if isinstance(printed, Refused) else json.loads(printed or "[]")
