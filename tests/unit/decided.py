"""Decide about changes, and see what moves."""

from datetime import timedelta
from typing import Any

from shared.documents.entries import Record
from shared.documents.paths import Path, record_path
from shared.documents.store import ABSENT, DocumentWrite
from shared.domain.changes import Change
from shared.domain.customer import Registration
from shared.domain.order import OrderFacts
from shared.domain.store import Terms
from shared.ledger.decide import Decision, decide
from tests.builders import NOON, a_snapshot, an_item, facts

LATER = NOON + timedelta(hours=1)
STORE = ("stores", "s-1")
ORDER = (*STORE, "orders", "o-1")
NOVEMBER = (*STORE, "months", "2026-11")
DECEMBER = (*STORE, "months", "2026-12")
BLUE, RED = (*STORE, "productMonths", "2026-11 blue"), (*STORE, "productMonths", "2026-11 red")
COUPON = (*STORE, "coupons", "TEN")
COUPON_MONTH = (*STORE, "couponMonths", "2026-11 TEN")
CUSTOMER = (*STORE, "customers", "c-1")


def decided(*changes: Change, known: OrderFacts | None = None, zone: str = "UTC") -> Decision:
    """Decide about a list. `known` is on record for every order in it."""
    records: dict[Path, Record] = {}
    for change in changes:
        blank = OrderFacts() if isinstance(change.facts, OrderFacts) else Registration()
        on_record = known if known and isinstance(change.facts, OrderFacts) else None
        records[record_path(change)] = Record(
            facts=on_record or blank, timezone=zone, version="v-7" if on_record else ABSENT
        )
    return decide(changes, records, {"s-1": Terms(timezone=zone)})


def moved(write: DocumentWrite) -> dict[str, int]:
    """Return what a write adds, by dotted path, without zeros and without the version of a month."""
    is_month = write.path[-2] == "months"
    assert not is_month or write.increments["version",] == 1
    counted = {".".join(path): amount for path, amount in write.increments.items() if amount}
    return {name: amount for name, amount in counted.items() if not is_month or name != "version"}


def whole(**snapshot: Any) -> OrderFacts:
    fields = {
        "customer_id": "c-1",
        "coupon_code": "TEN",
        "items": (an_item("blue", 60_00), an_item("red", 40_00)),
    }
    return facts(a_snapshot(**fields | snapshot))
