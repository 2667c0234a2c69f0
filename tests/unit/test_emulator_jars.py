"""Where the emulators' jars are found, and in which order."""

import os
import zipfile
from pathlib import Path

import pytest

from emulator.errors import StackError
from emulator.jars import FIRESTORE, PUBSUB, Jar, find_jar
from emulator.releases import Release, read_release

JAR_IN_ZIP = "pubsub-emulator/lib/cloud-pubsub-emulator-0.8.37-all.jar"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine: no gcloud on the PATH, nothing in the home folder."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write_jar(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    return path


def refuse(release: Release, _: Path) -> Path:
    raise AssertionError(f"{release.file} must not be downloaded")


def install_gcloud(sdk: Path, path_folder: Path) -> None:
    command = sdk / "bin" / "gcloud"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\nexit 1\n")
    command.chmod(0o755)
    path_folder.mkdir()
    (path_folder / "gcloud").symlink_to(command)


def test_a_jar_named_by_hand_comes_first(machine: Path) -> None:
    by_hand = write_jar(machine / "mine.jar")
    write_jar(machine / ".cache/firebase/emulators/cloud-firestore-emulator-v1.22.0.jar")
    jar = find_jar(FIRESTORE, {"FIRESTORE_EMULATOR_JAR": str(by_hand)}, refuse)
    assert jar == Jar(FIRESTORE, by_hand, 8)


def test_a_jar_named_by_hand_must_exist() -> None:
    with pytest.raises(StackError, match="PUBSUB_EMULATOR_JAR names /nowhere"):
        find_jar(PUBSUB, {"PUBSUB_EMULATOR_JAR": "/nowhere"}, refuse)


def test_gcloud_comes_before_firebase_tools(machine: Path) -> None:
    sdk = machine / "google-cloud-sdk"
    install_gcloud(sdk, machine / "bin")
    wanted = write_jar(sdk / "platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20-all.jar")
    write_jar(machine / ".cache/firebase/emulators/pubsub-emulator-0.8.37" / JAR_IN_ZIP)
    assert find_jar(PUBSUB, {}, refuse).path == wanted


def test_gcloud_is_asked_where_its_command_lies_elsewhere(machine: Path) -> None:
    sdk = machine / "elsewhere"
    wanted = write_jar(sdk / "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
    command = machine / "bin" / "gcloud"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\necho {sdk}\n")
    command.chmod(0o755)
    assert find_jar(FIRESTORE, {}, refuse).path == wanted


def test_firebase_tools_jars_need_a_newer_java(machine: Path) -> None:
    wanted = write_jar(machine / ".cache/firebase/emulators/cloud-firestore-emulator-v1.22.0.jar")
    assert find_jar(FIRESTORE, {}, refuse) == Jar(FIRESTORE, wanted, 21)


def test_the_newest_of_several_versions_is_taken(machine: Path) -> None:
    emulators = machine / ".cache/firebase/emulators"
    old = write_jar(emulators / "cloud-firestore-emulator-v1.9.0.jar")
    new = write_jar(emulators / "cloud-firestore-emulator-v1.22.0.jar")
    os.utime(old, (1, 1))
    assert find_jar(FIRESTORE, {}, refuse).path == new


def test_without_any_the_release_is_downloaded_into_the_cache(machine: Path) -> None:
    def fetch(release: Release, folder: Path) -> Path:
        return write_jar(folder / release.file)

    found = find_jar(FIRESTORE, {"XDG_CACHE_HOME": str(machine / "cache")}, fetch)
    assert found.path == machine / "cache/tillpulse/cloud-firestore-emulator-v1.22.0.jar"
    assert found.minimum_java == 21


def test_a_downloaded_archive_is_unpacked_to_its_jar(machine: Path) -> None:
    def fetch(release: Release, folder: Path) -> Path:
        inner = write_jar(machine / "inner.jar")
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / release.file, "w") as archive:
            archive.write(inner, JAR_IN_ZIP)
            archive.writestr("pubsub-emulator/bin/cloud-pubsub-emulator", "#!/bin/sh\n")
        return folder / release.file

    first = find_jar(PUBSUB, {}, fetch)
    assert zipfile.is_zipfile(first.path)
    assert find_jar(PUBSUB, {}, fetch) == first


def test_a_file_that_is_no_jar_is_named(machine: Path) -> None:
    broken = machine / "broken.jar"
    broken.write_text("<html>")
    with pytest.raises(StackError, match=r"broken\.jar is no usable jar"):
        find_jar(FIRESTORE, {"FIRESTORE_EMULATOR_JAR": str(broken)}, refuse)


def test_a_mirror_may_stand_in_for_the_official_address() -> None:
    release = read_release("pubsub", {"EMULATOR_RELEASES_URL": "http://mirror.example/files/"})
    assert release.url == "http://mirror.example/files/pubsub-emulator-0.8.37.zip"
