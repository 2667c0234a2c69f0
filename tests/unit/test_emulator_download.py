"""Downloading a pinned file, from a server on this machine."""

import hashlib
import socket
from pathlib import Path

import pytest

from emulator.download import CHUNK_BYTES, TRIES, download
from emulator.errors import DownloadFailed
from emulator.releases import Release
from tests.unit.file_server import FileServer, serve

BODY = bytes(range(256)) * 4000


def a_release(url: str, *, body: bytes = BODY) -> Release:
    return Release(
        version="1.0",
        url=f"{url}/emulator.jar",
        file="emulator.jar",
        size=len(BODY),
        sha256=hashlib.sha256(body).hexdigest(),
        minimum_java=21,
    )


def fetch(release: Release, folder: Path) -> Path:
    return download(release, folder, lambda *_: None, pause_s=0.0)


def test_the_pinned_file_is_kept_under_its_name_only(tmp_path: Path) -> None:
    with serve(FileServer(BODY)) as server:
        path = fetch(a_release(server.url), tmp_path / "cache")
    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]


def test_progress_ends_at_the_whole_size(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with serve(FileServer(BODY)) as server:
        download(a_release(server.url), tmp_path, lambda *progress: seen.append(progress))
    assert seen[-1] == (len(BODY), len(BODY))


def test_a_file_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    with serve(FileServer(BODY)) as server:
        fetch(a_release(server.url), tmp_path)
        fetch(a_release(server.url), tmp_path)
        assert len(server.ranges) == 1


def test_a_wrong_checksum_leaves_nothing_behind(tmp_path: Path) -> None:
    with serve(FileServer(BODY)) as server, pytest.raises(DownloadFailed, match="is not the pinned file"):
        fetch(a_release(server.url, body=b"other"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_long_leaves_nothing_behind(tmp_path: Path) -> None:
    with serve(FileServer(BODY + b"more")) as server, pytest.raises(DownloadFailed, match="not the pinned"):
        fetch(a_release(server.url), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("understands_ranges", [True, False])
def test_a_broken_download_is_taken_up_again(tmp_path: Path, understands_ranges: bool) -> None:
    files = FileServer(BODY, cut_after=[300_000, 100_000], understands_ranges=understands_ranges)
    with serve(files) as server:
        assert fetch(a_release(server.url), tmp_path).read_bytes() == BODY
    assert files.ranges[0] is None
    assert files.ranges[1] == f"bytes={CHUNK_BYTES}-"  # the chunk it broke off in is lost


def test_a_download_that_always_breaks_fails_and_is_resumed_by_the_next_start(tmp_path: Path) -> None:
    with serve(FileServer(BODY, cut_after=[1000] * TRIES)) as server:
        with pytest.raises(DownloadFailed, match="cannot download"):
            fetch(a_release(server.url), tmp_path)
        assert not (tmp_path / "emulator.jar").exists()
        assert fetch(a_release(server.url), tmp_path).read_bytes() == BODY


def test_a_server_that_refuses_is_quoted(tmp_path: Path) -> None:
    with serve(FileServer(b"", status=404)) as server, pytest.raises(DownloadFailed, match="HTTP 404"):
        fetch(a_release(server.url), tmp_path)


def test_an_unreachable_server_names_the_other_ways(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(DownloadFailed, match="gcloud components install"):
        fetch(a_release(f"http://127.0.0.1:{port}"), tmp_path)
