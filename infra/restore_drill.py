"""Restore the newest backup into a database of its own, recount it, and delete it: `make restore-drill`.

A backup is good if what it holds agrees with itself: the months that the nightly run would look at, as of the
time of the backup, are recounted from the orders in the restored database.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import click

from infra.run_gcloud import Refused, run_gcloud
from shared import runtime
from shared.reconcile import nightly
from shared.reconcile.logged_run import run_and_log

POLL_S = 30.0
_BUDGET = nightly.Budget(night=timedelta(hours=6), month=timedelta(hours=1))

Run = Callable[[Sequence[str]], Any]
"""Runs gcloud with these arguments; returns what it prints as JSON."""


class DrillFailed(Exception):
    """The backup can't be trusted, or the drill could not find out; the text says which."""


def newest(backups: Iterable[Mapping[str, Any]], database: str) -> Mapping[str, Any]:
    """Return the newest finished backup of a database.

    Args:
        backups: as `gcloud firestore backups list --format=json` prints them.
        database: its id.

    Raises:
        DrillFailed: there is none.
    """
    ready = [
        one for one in backups if one["state"] == "READY" and one["database"].rpartition("/")[2] == database
    ]
    if not ready:
        raise DrillFailed(f"database {database} has no finished backup")
    return max(ready, key=lambda one: datetime.fromisoformat(one["snapshotTime"]))


def recount(project: str, database: str, at: datetime) -> nightly.Night:
    """Recount a database's months as of a time; nothing is repaired.

    The reports of the recount are written to that database, which nobody else reads.
    """
    os.environ |= {"GOOGLE_CLOUD_PROJECT": project, "FIRESTORE_DATABASE": database}
    runtime.reset()
    return nightly.reconcile_all(
        runtime.stores().find_all(None),
        runtime.documents(),
        partial(run_and_log, dependencies=runtime.recount_dependencies(), log=runtime.log()),
        clock=_clock_from(at),
        budget=_BUDGET,
        log=runtime.log(),
    )


def drill(
    database: str,
    run: Run,
    judge: Callable[[str, datetime], nightly.Night],
    *,
    sleep: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = click.echo,
) -> None:
    """Restore, recount and delete.

    Args:
        database: whose backups.
        run: runs gcloud.
        judge: recounts a database as of a time.
        sleep: waits between looks at the restore.
        say: told of each step.

    Raises:
        DrillFailed: no backup, an empty one, or one whose numbers disagree with its orders.
    """
    backup = newest(run(["firestore", "backups", "list"]), database)
    at = datetime.fromisoformat(backup["snapshotTime"])
    copy = f"drill-{at:%Y%m%d-%H%M%S}"
    say(f"Restoring the backup of {at:%Y-%m-%d %H:%M} UTC into {copy}")
    source, destination = f"--source-backup={backup['name']}", f"--destination-database={copy}"
    run(["firestore", "databases", "restore", source, destination])
    try:
        while not _is_restored(run(["firestore", "operations", "list", f"--database={copy}"])):
            sleep(POLL_S)
        night = judge(copy, at)
        say(json.dumps(night.shown()))
    finally:
        run(["firestore", "databases", "delete", f"--database={copy}"])
        say(f"Deleted {copy}")
    if not night.months or night.drifted or night.failures or night.unfinished or night.left:
        raise DrillFailed(
            f"expected every month to agree, got {night.months} months, {night.drifted} that drifted,"
            f" {len(night.failures)} that failed and {night.unfinished + night.left} that were not finished"
        )
    say(f"{night.months} months agree with their orders")


def _is_restored(operations: Sequence[Mapping[str, Any]]) -> bool:
    if failed := [one["error"]["message"] for one in operations if "error" in one]:
        raise DrillFailed(f"the restore failed: {failed[0]}")
    return bool(operations) and all(one.get("done") for one in operations)


def _clock_from(at: datetime) -> Callable[[], datetime]:
    """Return a clock that shows that time now, and goes on."""
    behind = datetime.now(UTC) - at
    return lambda: datetime.now(UTC) - behind


@click.command()
@click.argument("project")
@click.argument("database")
def main(project: str, database: str) -> None:
    """Try whether the newest backup of DATABASE in PROJECT can be restored and agrees with itself."""

    def run(arguments: Sequence[str]) -> Any:
        answer = run_gcloud([*arguments, f"--project={project}"])
        if isinstance(answer, Refused):
            raise DrillFailed(answer.words)
        return answer

    try:
        drill(database, run, partial(recount, project))
    except DrillFailed as error:
        sys.exit(f"The drill failed: {error}")


if __name__ == "__main__":
    main()
