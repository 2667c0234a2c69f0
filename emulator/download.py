"""Download one pinned file: resume, retry, and keep it only if its checksum is right."""

import fcntl
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import requests

from emulator.errors import DownloadFailed
from emulator.releases import Release

TRIES = 4
FIRST_PAUSE_S = 0.5
TIMEOUT_S = 30
CHUNK_BYTES = 1 << 18

GOOD_STATUSES = (requests.codes.ok, requests.codes.partial_content)

OnProgress = Callable[[int, int], None]
"""Called with the bytes present and the bytes in all."""


def download(
    release: Release, folder: Path, on_progress: OnProgress, *, pause_s: float = FIRST_PAUSE_S
) -> Path:
    """Return the path of the verified file in `folder`, fetched unless it is there already.

    An interrupted download resumes. Of two processes that ask at once, the second waits for the first.

    Raises:
        DownloadFailed: unreachable or refused, or not the pinned file. Nothing unverified is kept.
    """
    target = folder / release.file
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{release.file}.part"
    with part.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if target.exists():
            return target
        _fetch_all(release, stream, on_progress, pause_s)
        if (found := _hash(part)) != release.sha256:
            part.unlink()
            raise DownloadFailed(
                f"{release.url} is not the pinned file (SHA-256 {found}, expected {release.sha256}); "
                f"nothing was kept. Try again, or set the jar by hand: see FIRESTORE_EMULATOR_JAR"
            )
        part.replace(target)
    return target


def _fetch_all(release: Release, stream: BinaryIO, on_progress: OnProgress, pause_s: float) -> None:
    problem = ""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(pause_s * 2 ** (attempt - 1))
        try:
            problem = _fetch_rest(release, stream, on_progress)
        except requests.RequestException as error:
            problem = str(error)
        if not problem:
            return
    raise DownloadFailed(
        f"cannot download {release.url} ({problem}). Check the network, or install the emulators with "
        "`gcloud components install cloud-firestore-emulator pubsub-emulator`, or name jars that you have "
        "in FIRESTORE_EMULATOR_JAR and PUBSUB_EMULATOR_JAR"
    )


def _fetch_rest(release: Release, stream: BinaryIO, on_progress: OnProgress) -> str:
    """Append what is missing and return what is wrong, or "" once all of it is there."""
    present = stream.seek(0, 2)
    if present >= release.size:
        return ""
    headers = {"Range": f"bytes={present}-"} if present else {}
    with requests.get(release.url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        if answer.status_code not in GOOD_STATUSES:
            return f"HTTP {answer.status_code}"
        if answer.status_code == requests.codes.ok:
            stream.truncate(present := 0)  # the server sends it from the start
        for chunk in answer.iter_content(CHUNK_BYTES):
            stream.write(chunk)
            present += len(chunk)
            on_progress(present, release.size)
            if present > release.size:
                break
    stream.flush()
    return "" if present >= release.size else f"it ended after {present} of {release.size} bytes"


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
