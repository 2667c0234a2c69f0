"""Move a registration to another customer's document in one commit. Pure.

What the registration counts stays as it is: it is counted once before and once after.
"""

from __future__ import annotations

from shared.documents.entries import Record, read_record, registration_fields
from shared.documents.paths import customer_path
from shared.documents.store import Document, DocumentDelete, Write
from shared.domain.changes import CustomerChange
from shared.domain.customer import Registration
from shared.domain.tallies import CUSTOMERS, contribution, difference, together
from shared.ledger.decide import Decision, write_counters


def move_registration(
    store_id: str, source: tuple[str, Document], target: tuple[str, Document]
) -> list[Write]:
    """Return the writes that delete the source customer's document and keep its registration in the target's.

    Both documents must still be at these versions. The source's counters go with the document: move its
    orders first. Where both have a registration, they become one.

    Raises:
        RecordUnreadable: somebody else wrote one of the documents.
    """
    leaving, staying = _record(store_id, *source), _record(store_id, *target)
    decision = Decision()
    if leaving.is_counted:
        merged = _registration(staying).merge(_registration(leaving))
        zone = staying.timezone if staying.is_counted else leaving.timezone
        before = together(
            contribution(leaving.facts, leaving.timezone), contribution(staying.facts, staying.timezone)
        )
        write_counters(decision, store_id, difference(before, contribution(merged, zone)))
        write = decision.write(customer_path(store_id, target[0]))
        write.version = target[1].version
        write.fields |= registration_fields(target[0], merged, zone)
        write.maximums["lastOrderAt"] = 0
        write.ensure(*CUSTOMERS.counters)
    deletion = DocumentDelete(path=customer_path(store_id, source[0]), version=source[1].version)
    return [*decision.writes.values(), deletion]


def _record(store_id: str, customer_id: str, document: Document) -> Record:
    nothing_new = CustomerChange(store_id=store_id, customer_id=customer_id, facts=Registration())
    return read_record(nothing_new, document)


def _registration(record: Record) -> Registration:
    if isinstance(record.facts, Registration):
        return record.facts
    raise TypeError(f"expected a registration, got {type(record.facts).__name__}")
