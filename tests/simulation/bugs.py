"""The bugs that are planted, each a piece of the source that becomes another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What a sentence says is wrong: in `path`, `old` becomes `new`."""

    says: str
    path: str
    old: str
    new: str

    def source(self) -> str:
        """Return the module's source with the bug.

        Raises:
            ValueError: the code has changed; adapt `old` to it.
        """
        text = (ROOT / self.path).read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.path}: expected once, found {text.count(self.old)} times: {self.old!r}")
        return text.replace(self.old, self.new)


BUGS = {
    "former-customer": Bug(
        says="After an amendment, the customer who had the order before is not told.",
        path="shared/ledger/outcome.py",
        old="facts = (before.facts, decision.records.get(path, before).facts)",
        new="facts = (decision.records.get(path, before).facts,)",
    ),
    "former-after-loss": Bug(
        says="The customer who had the order before is not told if the answer to the amendment was lost.",
        path="shared/ledger/outcome.py",
        old="former = () if moved else before.former_customers",
        new="former = ()",
    ),
    "unsplit-list": Bug(
        says="A list that Firestore refuses as too large is not split.",
        path="shared/ledger/attempt.py",
        old="                if is_outage:\n",
        new="                if True or is_outage:\n",
    ),
    "stopped-night": Bug(
        says="The nightly reconciliation ends at the first month that fails.",
        path="shared/reconcile/nightly.py",
        old="            night.fail(of, error, log)\n    return night",
        new="            raise\n    return night",
    ),
    "unbounded-items": Bug(
        says="Items may sum up to more than an order's amounts may be.",
        path="shared/messages/order_snapshot.py",
        old="> MAX_MINOR:",
        new="> 1 << 80:",
    ),
    "unchecked-payment": Bug(
        says="A payment completes an order whatever was paid.",
        path="shared/ledger/check_paid.py",
        old="    if paid != price:",
        new="    if False:",
    ),
    "zone-after-registration": Bug(
        says="PUT /stores changes the zone of a store whose registrations are counted.",
        path="shared/adapters/firestore/stores.py",
        old="store = replace(store, has_records=True)",
        new="pass",
    ),
    "lost-late-orders": Bug(
        says="The search for unpaid orders begins where the last one ended, also for orders that came late.",
        path="shared/documents/sweep.py",
        old="        yield None, old\n",
        new="        if self._is_whole and not noted.exists:\n            yield None, old\n",
    ),
    "own-zone": Bug(
        says="A store that never moved waits for ever to be in its own zone.",
        path="shared/ledger/change_zone.py",
        old="store.zoned_at + SETTLED_AFTER - clock() if store.zoned_at else timedelta()",
        new="(store.zoned_at or began) + SETTLED_AFTER - clock()",
    ),
    "blind-record": Bug(
        says="A ledger entry is written without its precondition, so that racing facts are lost.",
        path="shared/ledger/decide.py",
        old="    write.version = record.version\n",
        new="",
    ),
    "repeat-counts": Bug(
        says="A lost answer to a commit is answered by counting the order again.",
        path="shared/adapters/firestore/documents.py",
        old="                raise PreconditionLost(str(error)) from error",
        new="                return self.commit([type(w)(**{**{n: getattr(w, n) for n in w.__slots__}, "
        "'version': None}) for w in writes])",
    ),
    "settled-too-early": Bug(
        says="A move to another zone ends while instances still count in the former one.",
        path="shared/ledger/change_zone.py",
        old="finished=settled_in <= timedelta(),",
        new="finished=True,",
    ),
    "forgotten-move": Bug(
        says="Saving a store's settings forgets when it moved.",
        path="shared/adapters/firestore/stores.py",
        old='"zonedAt": store.zoned_at,',
        new='"zonedAt": None,',
    ),
    "old-zone": Bug(
        says="What an order added in the former zone is taken back in the new one.",
        path="shared/ledger/decide.py",
        old="contribution(before.facts, before.timezone)",
        new="contribution(before.facts, now.timezone)",
    ),
    "silent-cache": Bug(
        says="An event is acknowledged although its customer's card could not be written.",
        path="shared/ledger/update_cards.py",
        old="            return failure or TypeError(",
        new="            return outcome if isinstance(failure, CacheUnavailable) else failure or TypeError(",
    ),
    "lost-letter": Bug(
        says="A refused message is acknowledged although it could not be kept.",
        path="shared/dead_letters/publish.py",
        old="        self._publisher.publish_all(TOPIC, letters)",
        new="        from contextlib import suppress\n\n"
        "        from shared.errors import PublishFailed\n\n"
        "        with suppress(PublishFailed):\n"
        "            self._publisher.publish_all(TOPIC, letters)",
    ),
    "no-outbox": Bug(
        says="A started basket keeps no event in the outbox, so that a crash loses it.",
        path="shared/baskets/start_basket.py",
        old="fields=fields), kept]",
        new="fields=fields)]",
    ),
    "first-status": Bug(
        says="Of two times of one status, the one that is counted first stays.",
        path="shared/domain/order.py",
        old="statuses[status] = max(reached_at, statuses.get(status, reached_at))",
        new="statuses.setdefault(status, reached_at)",
    ),
    "unstable-expiry": Bug(
        says="The expiry of an order is stamped with the time of the run, so that a repeat is another fact.",
        path="shared/payments/expire_unpaid.py",
        old="occurred_at = to_rfc3339(order.created_at + unpaid_after)",
        new="from datetime import UTC\n\n    occurred_at = to_rfc3339(datetime.now(UTC))",
    ),
    "moving-recount": Bug(
        says="A recount reads the ledger as it is now and compares it with the tallies of a moment ago.",
        path="shared/adapters/firestore/store_snapshot.py",
        old="timeout=TIMEOUT_S, read_time=self._read_time))\n            yield from found",
        new="timeout=TIMEOUT_S))\n            yield from found",
    ),
    "repairs-at-once": Bug(
        says="Two months of a store are repaired at once, and correct their customers twice.",
        path="shared/reconcile/run.py",
        old="paths = [repair_path(task.store_id)] if task.repair else []",
        new="paths: list[Any] = []",
    ),
    "failed-for-good": Bug(
        says="A basket whose lookup failed once is not looked up again.",
        path="shared/domain/basket.py",
        old="        if self.customer_id is not None:\n            return self\n        return replace(\n",
        new="        if self.customer_id is not None or self.lookup_status is LookupStatus.FAILED:\n"
        "            return self\n        return replace(\n",
    ),
    "cut-refusals": Bug(
        says="A resumed import cuts off the refusals of its first run.",
        path="shared/importing/journal.py",
        old="refused.truncate(self.position.refused_bytes)",
        new="refused.truncate(0)",
    ),
    "utc-days": Bug(
        says="Orders count on the UTC day instead of the store's.",
        path="shared/domain/period.py",
        old="return local.date(), ",
        new="return instant.date(), ",
    ),
    "unconditional-fold": Bug(
        says="A fold deletes its deltas whether they are still there or not, so that two of them add twice.",
        path="shared/ledger/fold.py",
        old="DocumentDelete(path=delta.path, version=delta.version)",
        new="DocumentDelete(path=delta.path)",
    ),
    "fold-in-two-commits": Bug(
        says="A fold deletes its deltas in a commit after the one that adds them.",
        path="shared/ledger/fold.py",
        old="self._documents.commit([*writes.values(), *deletes])",
        new="self._documents.commit([*writes.values()])\n                self._documents.commit(deletes)",
    ),
    "sleeping-folder": Bug(
        says="A repeat wakes no folder, so that a crash after a commit leaves its delta asleep.",
        path="shared/ledger/deferral.py",
        old="deferred_at = now if is_repeat else known.deferred_at",
        new="deferred_at = known.deferred_at",
    ),
    "early-leave": Bug(
        says="The folder looks too early for what is deferred just after its wake-up.",
        path="shared/ledger/looks.py",
        old="return now + WAKES_APART_S - max(0.0, age_s - CLOCKS_S)",
        new="return now - max(0.0, age_s - CLOCKS_S)",
    ),
    "trusted-clock": Bug(
        says="A wake-up that another instance's clock says is older than a look is taken for covered by it.",
        path="shared/ledger/looks.py",
        old="CLOCKS_S = 5.0",
        new="CLOCKS_S = -0.5",
    ),
    "early-cover": Bug(
        says="A wake-up is taken for covered by any look of late.",
        path="shared/ledger/looks.py",
        old="return self.since <= since and earliest <= self.began",
        new="return self.since <= since and earliest <= self.began + 2",
    ),
    "uncounted-deltas": Bug(
        says="A recount compares the ledger with the tallies alone, and repairs what is only pending.",
        path="shared/reconcile/run.py",
        old="store_snapshot = WithDeltas(stored, task.store_id)",
        new="store_snapshot = stored",
    ),
    "no-hand-over": Bug(
        says="The leader of a group names no next one, so that those who gathered meanwhile wait for ever.",
        path="shared/ledger/group_commit.py",
        old="                lane.waiting[0].told.put((lane.waiting[0], lane))",
        new="                pass",
    ),
    "forgotten-erasure": Bug(
        says="What comes late about a customer who was erased brings the customer back.",
        path="shared/customers/erasures.py",
        old="if owner.since <= at:",
        new="if False:",
    ),
    "early-version": Bug(
        says="A customer's version is read after the orders, so that an order in between is lost.",
        path="shared/adapters/firestore/documents.py",
        old="        return OtherOrders(times=tuple(times), version=customer.version)",
        new="        [customer] = self.read([customer_path(*owner)])\n"
        "        return OtherOrders(times=tuple(times), version=customer.version)",
    ),
    "old-card": Bug(
        says="A cached card is replaced by an older version.",
        path="shared/customers/cached_card.py",
        old='    version = metrics["version"] if metrics else 0\n',
        new="    version = 1 << 60 if metrics else 0\n",
    ),
    "spreading-record": Bug(
        says="An unreadable record has the events of its whole group refused.",
        path="shared/ledger/attempt.py",
        old="                unreadable[path] = error",
        new="                raise",
    ),
    "unfenced-repair": Bug(
        says="A repair adds the drift twice where the answer to its first commit was lost.",
        path="shared/reconcile/lease.py",
        old="fence = DocumentWrite(path=self._path, version=self._version, fields=fields)",
        new="fence = DocumentWrite(path=self._path, fields=fields)",
    ),
    "remembered-zone": Bug(
        says="A move trusts remembered records, which another instance may have moved back.",
        path="shared/ledger/change_zone.py",
        old="ledger.apply_each(changes, guess=False)",
        new="ledger.apply_each(changes)",
    ),
}
