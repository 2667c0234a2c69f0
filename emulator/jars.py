"""Find the emulators' jars: in the environment, in gcloud, in firebase-tools' cache, or download them."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.errors import StackError
from emulator.java import read_required_java
from emulator.releases import Release, find_cache_folder, read_release

PUBSUB_JAR_IN_RELEASE = "pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"

Download = Callable[[Release, Path], Path]
"""Fetches a release into a folder and returns the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """How one emulator is run, and where its jar may be.

    The patterns are relative to gcloud's and firebase-tools' folders.
    """

    name: str
    host_variable: str
    jar_variable: str
    main_class: str
    options: tuple[str, ...]
    in_gcloud: str
    in_firebase: str


@dataclass(frozen=True, slots=True)
class Jar:
    """An emulator's jar and the Java it needs."""

    emulator: Emulator
    path: Path
    minimum_java: int


FIRESTORE = Emulator(
    name="firestore",
    host_variable="FIRESTORE_EMULATOR_HOST",
    jar_variable="FIRESTORE_EMULATOR_JAR",
    main_class="com.google.cloud.datastore.emulator.firestore.CloudFirestore",
    options=("start", "--host", "{host}", "--port", "{port}"),
    in_gcloud="platform/cloud-firestore-emulator/cloud-firestore-emulator.jar",
    in_firebase="cloud-firestore-emulator-v*.jar",
)
PUBSUB = Emulator(
    name="pubsub",
    host_variable="PUBSUB_EMULATOR_HOST",
    jar_variable="PUBSUB_EMULATOR_JAR",
    main_class="com.google.cloud.pubsub.testing.v1.Main",
    options=("--host={host}", "--port={port}"),  # its parser takes no other form
    in_gcloud="platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar",
    in_firebase="pubsub-emulator-*/" + PUBSUB_JAR_IN_RELEASE,
)


def find_jar(emulator: Emulator, environ: Mapping[str, str], download: Download) -> Jar:
    """Return the first jar there is, downloading the pinned release where there is none.

    Raises:
        StackError: the jar named by hand does not exist, or the download failed.
    """
    if by_hand := environ.get(emulator.jar_variable):
        path = Path(by_hand)
        if not path.is_file():
            raise StackError(f"{emulator.jar_variable} names {path}, which is no file; correct or unset it")
        return _inspect(emulator, path)
    if (path_in_gcloud := _find_in_gcloud(emulator)) is not None:
        return _inspect(emulator, path_in_gcloud)
    release = read_release(emulator.name, environ)
    firebase = Path(environ.get("FIREBASE_EMULATORS_PATH") or Path.home() / ".cache/firebase/emulators")
    if (path_in_firebase := _find_newest(firebase, emulator.in_firebase)) is not None:
        return _inspect(emulator, path_in_firebase, release.minimum_java)
    file = download(release, find_cache_folder(environ))
    jar = file if file.suffix == ".jar" else _unpack(file)
    return _inspect(emulator, jar, release.minimum_java)


def _inspect(emulator: Emulator, path: Path, minimum_java: int = 0) -> Jar:
    try:
        required = read_required_java(path, emulator.main_class)
    except (OSError, zipfile.BadZipFile) as error:
        raise StackError(
            f"{path} is no usable jar ({error}); remove it, or name another in {emulator.jar_variable}"
        ) from error
    return Jar(emulator, path, max(minimum_java, required))


def _find_in_gcloud(emulator: Emulator) -> Path | None:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    # Most installations keep the command in their bin/. Asking gcloud takes a second, so it comes second.
    beside = Path(gcloud).resolve().parent.parent
    if (beside / "platform").is_dir():
        return _find_newest(beside, emulator.in_gcloud)
    command = [gcloud, "info", "--format=value(installation.sdk_root)"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    root = answer.stdout.strip()
    return _find_newest(Path(root), emulator.in_gcloud) if root else None


def _find_newest(folder: Path, pattern: str) -> Path | None:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_mtime, default=None)


def _unpack(archive_path: Path) -> Path:
    """Take the jar out of a downloaded archive, once."""
    target = archive_path.with_suffix(".jar")
    if target.exists():
        return target
    with zipfile.ZipFile(archive_path) as archive:
        names = [name for name in archive.namelist() if Path(name).match(PUBSUB_JAR_IN_RELEASE)]
        if len(names) != 1:
            raise StackError(
                f"{archive_path} holds {len(names)} jars like {PUBSUB_JAR_IN_RELEASE}; remove it and retry"
            )
        part = target.with_suffix(".unpacking")
        with archive.open(names[0]) as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    part.replace(target)
    return target
