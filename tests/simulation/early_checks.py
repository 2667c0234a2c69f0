"""What must hold at once: at every acknowledgement, at every write of a card, and whenever a run of a
reconciliation ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from shared.documents.paths import order_path
from shared.reconcile.run import Report
from tests.simulation import virtual
from tests.simulation.account import ORDER_TOPICS, Account
from tests.simulation.services.pubsub import Published
from tests.simulation.violation import Violation

_REACHED = {8: "COMPLETED", 9: "EXPIRED", 10: "REFOUNDED", "REFUNDED": "REFOUNDED"}
_SHOWN = 5


class EarlyChecks:
    """Look at what comes out while everything goes on."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def acknowledged(self, message: Published) -> None:
        """Check that nothing acknowledged is lost: the order's record knows what the message says."""
        if message.topic in ORDER_TOPICS:
            for text in message.texts:
                if text not in self._account.done.nonsense:
                    self._check_known(message, json.loads(text))

    def _check_known(self, message: Published, body: Mapping[str, Any]) -> None:
        order_id = body.get("orderId") or body["order"]["orderId"]
        if self._account.done.broken.get(body["storeId"]) == order_id:
            return  # it is kept as a dead letter until somebody corrects the record
        record = self._account.document(order_path(body["storeId"], order_id)) or {"statuses": {}}
        if not _knows(record, body):
            raise Violation(
                "nothing acknowledged is lost",
                f"{message.message_id} was acknowledged, and order {order_id!r} does not know of it",
                [message.message_id, order_id],
            )

    def replaced(self, key: str, before: bytes, after: bytes) -> None:
        """Check that no card is replaced by an older one: only a cache that loses data goes back."""
        was, now = _card_version(before), _card_version(after)
        if now < was:
            text = f"{key}: version {now} replaces version {was}"
            # The code under test would catch what is raised here.
            self._account.world.scheduler.spawn("violation", partial(_raise, "a card never goes back", text))

    def drift(self, report: Report) -> None:
        """Check that a reconciliation finds no drift that nobody caused."""
        store_id = report.task.store_id
        if report.drift_count and store_id not in self._account.done.spoiled:
            raise Violation("no false drift", str(report.shown(_SHOWN)), [store_id])

    def nightly(self, night: Mapping[str, Any], *, is_quiet: bool = False) -> None:
        """Check that the nightly run finds no drift that nobody caused; in quiet times it reaches all."""
        done = self._account.done
        if night["drifted"] and not done.spoiled:
            reports = [
                fields["report"] | {"drift": fields["report"]["drift"][:_SHOWN]}
                for fields in self._account.world.database.collection("reconciliations")
                if fields.get("report", {}).get("driftCount")
            ]
            raise Violation("no false drift", f"the nightly run: {night}: {reports}", ["reconcile", "spoil"])
        others = [one for one in night["failures"] if one["storeId"] not in done.broken]
        if is_quiet and (others or night["left"]):
            raise Violation("a broken record keeps no other month waiting", str(night), ["reconcile"])

    def last_night(self, night: Mapping[str, Any]) -> None:
        """Check that in the end, no month has drift, and none fails."""
        if night["drifted"] or night["failures"] or night["left"]:
            raise Violation("no drift is left", str(night), ["reconcile", "spoil"])


def _raise(invariant: str, text: str) -> None:
    raise Violation(invariant, text, ["customers/"])


def _card_version(value: bytes) -> int:
    """Return the version of a customer's metrics; 0 for an unknown customer, and for other values."""
    metrics = json.loads(value).get("metrics")
    return metrics["version"] if metrics else 0


def _knows(record: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether the order's record knows what the event says."""
    at = datetime.fromisoformat(body["occurredAt"])
    status = _REACHED.get(body.get("status"), body.get("status"))
    if body.get("order"):
        stamp = (record.get("occurredAt") or virtual.EARLY, record.get("eventId") or "")
        if stamp < (at, body["eventId"]):
            return False
    if status is None:
        return True
    if body.get("expiredBy"):
        return (record.get("overdueAt") or virtual.LATE) <= at
    if isinstance(status, str) and record["statuses"].get(status, virtual.EARLY) < at:
        return False
    return status in ("CREATED", "EXPIRED") or (record.get("progressedAt") or virtual.LATE) <= at
