"""A drill restores the newest backup, recounts it, and deletes the copy, whatever it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import Increment

from infra.cost import STORE, apply_typical
from infra.restore_drill import DrillFailed, drill, newest, recount
from shared import runtime
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.adapters.firestore.stores import FirestoreStores
from shared.reconcile.nightly import Night

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


def backup(name: str, snapshot: str, *, state: str = "READY", database: str = "tillpulse") -> dict[str, Any]:
    """Return a backup as `gcloud firestore backups list --format=json` prints it."""
    return {
        "name": f"projects/p/locations/eur3/backups/{name}",
        "database": f"projects/p/databases/{database}",
        "snapshotTime": snapshot,
        "state": state,
    }


BACKUPS = [
    backup("old", "2026-11-13T03:00:00Z"),
    backup("new", "2026-11-20T03:00:00.123456Z"),
    backup("under way", "2026-11-21T03:00:00Z", state="CREATING"),
    backup("other", "2026-11-22T03:00:00Z", database="other"),
]


class Gcloud:
    """Notes what it is asked, and says that a restore takes two looks."""

    def __init__(self, **failure: Any) -> None:
        self.asked: list[Sequence[str]] = []
        self._operations = [[], [{"done": False}], [{"done": True, **failure}]]

    def __call__(self, arguments: Sequence[str]) -> Any:
        self.asked.append(arguments)
        if arguments[1:3] == ["backups", "list"]:
            return BACKUPS
        if arguments[1:3] == ["operations", "list"]:
            return self._operations.pop(0)
        return {}

    def names(self) -> list[str]:
        return [arguments[2] for arguments in self.asked if arguments[1] == "databases"]


def play(gcloud: Gcloud, night: Night) -> None:
    drill("tillpulse", gcloud, lambda *_: night, sleep=lambda _: None, say=lambda _: None)


def test_the_newest_finished_backup_of_the_database_is_tried() -> None:
    assert newest(BACKUPS, "tillpulse")["name"].endswith("/new")
    with pytest.raises(DrillFailed, match="no finished backup"):
        newest(BACKUPS, "nothing")


def test_a_good_backup_is_restored_recounted_and_deleted() -> None:
    gcloud = Gcloud()
    play(gcloud, Night(months=4))
    assert gcloud.names() == ["restore", "delete"]
    (restored,) = [asked for asked in gcloud.asked if asked[2] == "restore"]
    assert "--source-backup=projects/p/locations/eur3/backups/new" in restored
    assert "--destination-database=drill-20261120-030000" in restored
    assert "--database=drill-20261120-030000" in gcloud.asked[-1]


@pytest.mark.parametrize(
    "night", [Night(), Night(months=4, drifted=1), Night(months=4, left=1), Night(months=4, unfinished=1)]
)
def test_a_backup_that_does_not_agree_fails_the_drill_and_its_copy_is_deleted(night: Night) -> None:
    gcloud = Gcloud()
    with pytest.raises(DrillFailed, match="expected every month to agree"):
        play(gcloud, night)
    assert gcloud.names() == ["restore", "delete"]


def test_a_restore_that_fails_is_told() -> None:
    gcloud = Gcloud(error={"message": "no quota"})
    with pytest.raises(DrillFailed, match="no quota"):
        play(gcloud, Night(months=4))
    assert gcloud.names() == ["restore", "delete"]


@pytest.fixture
def restored(client: Client, project: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a database with typical orders, as a backup of it would hold them."""
    for name in ("GOOGLE_CLOUD_PROJECT", "FIRESTORE_DATABASE"):
        monkeypatch.setenv(name, project)
    apply_typical(FirestoreDocuments(client), 20)
    FirestoreStores(client, "UTC").ensure(STORE)
    yield client
    runtime.reset()


def test_a_recount_finds_what_a_backup_lost(restored: Client, project: str) -> None:
    months = [month for month in restored.document("stores", STORE).collection("months").list_documents()]
    assert months
    at = max(datetime.fromisoformat(f"{month.id[:7]}-15T00:00:00+00:00") for month in months)
    good = recount(project, "(default)", at)
    assert (good.months, good.drifted, good.failures) == (2, 0, [])
    for month in months:
        month.update({"totalOrders": Increment(1)})
    assert recount(project, "(default)", at).drifted >= 1
