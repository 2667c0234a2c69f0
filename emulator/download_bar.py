"""Download a release with a progress bar."""

from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from emulator.releases import Release


def download_with_bar(release: Release, folder: Path) -> Path:
    """Download a release into `folder` with a bar on standard error. Raises as `download` does."""
    from emulator.download import download  # its HTTP client is needed on a first start only

    if (folder / release.file).exists():
        return folder / release.file
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"downloading {release.file}", total=release.size)
        return download(release, folder, lambda present, _: bar.update(task, completed=present))
