"""Documents as a dict of dicts: what Firestore does with a decision's writes, without Firestore."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.documents.entries import ABSENT, DocumentWrite, Record, order_facts, registration
from shared.documents.paths import Path, customer_path, record_path, store_path
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.order_times import OtherOrders, Owner
from shared.domain.store import Terms
from shared.ledger.decide import Decision, decide


class DictDatabase:
    """Documents by path; a version is how often a document was written."""

    def __init__(self, timezones: Mapping[str, str], shard: int = 0) -> None:
        self.documents: dict[Path, dict[str, Any]] = {}
        self.versions: dict[Path, int] = {}
        self.terms = {name: Terms(timezone=zone, shard=shard) for name, zone in timezones.items()}

    def apply(self, changes: Sequence[Change]) -> Decision:
        """Decide and commit, as the ledger does."""
        records = {record_path(change): self.record(change) for change in changes}
        decision = decide(changes, records, self.terms)
        if decision.unknown:
            others = {owner: self.other_orders(owner, changes) for owner in decision.unknown}
            decision = decide(changes, records, self.terms, others)
            assert not decision.unknown
        for write in decision.writes.values():
            self.commit(write)
        return decision

    def record(self, change: Change) -> Record:
        path = record_path(change)
        fields = self.documents.get(path)
        timezone = (fields or {}).get("timezone", "UTC")
        facts: OrderFacts | Registration
        if isinstance(change, OrderChange):
            facts = order_facts(fields) if fields else OrderFacts()
        else:
            facts = registration(fields or {})
        return Record(facts=facts, timezone=timezone, version=self.versions.get(path, ABSENT))

    def other_orders(self, owner: Owner, changes: Sequence[Change]) -> OtherOrders:
        store_id, customer_id = owner
        listed = {record_path(change) for change in changes}
        times = [
            fields["createdAt"]
            for path, fields in self.documents.items()
            if path[:3] == (*store_path(store_id), "orders")
            and fields["customerId"] == customer_id
            and path not in listed
        ]
        return OtherOrders(times=tuple(times), version=self.versions[customer_path(*owner)])

    def commit(self, write: DocumentWrite) -> None:
        found = self.versions.get(write.path, ABSENT)
        assert write.version in (None, found), f"{write.path} is at {found}, not {write.version}"
        document = self.documents.setdefault(write.path, {})
        self.versions[write.path] = self.versions.get(write.path, 0) + 1
        document.update(write.fields)
        for name, amount in write.minimums.items():
            document[name] = amount if document.get(name) is None else min(amount, document[name])
        for name, amount in write.maximums.items():
            document[name] = amount if document.get(name) is None else max(amount, document[name])
        for (*parents, name), amount in write.increments.items():
            place = document
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = place.get(name, 0) + amount
