"""Ledger entries and registrations as fields of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

from shared.documents.paths import record_path
from shared.documents.store import Document
from shared.domain.behind import keys
from shared.domain.changes import Change, OrderChange
from shared.domain.customer import Registration
from shared.domain.instants import EPOCH
from shared.domain.order import Item, OrderFacts, Refund, Snapshot, Stamp, Status
from shared.domain.order_arrivals import Arrival
from shared.domain.period import Month, local_day, zone
from shared.domain.slots import slot_of, store_slot_of
from shared.domain.tallies import CUSTOMERS, Contribution, contribution
from shared.errors import RecordUnreadable

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The facts in one document, the time zone that they were counted in, and the document's version.

    `former_customers` are those whom amendments took the order from: a repeat of one concerns them too.
    `arrivals` are the newest events that told something new of the order, in the order in which they counted,
    each as `arrival_text`: only an order's page reads them.
    `of` is the id of the order or customer, where a whole document was read.
    """

    facts: OrderFacts | Registration
    timezone: str
    version: Any
    former_customers: tuple[str, ...] = ()
    arrivals: tuple[str, ...] = ()
    of: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether any facts are known: only then `timezone` says how they were counted."""
        return self.facts not in (OrderFacts(), Registration())


def read_record(change: Change, document: Document) -> Record:
    """Return what is on record of the change's order or customer; nothing where the document is missing.

    Raises:
        RecordUnreadable: somebody else wrote the document.
    """
    fields = document.fields
    try:
        timezone = _field(fields, "timezone", str) if "timezone" in fields else "UTC"
        zone(timezone)
        if not isinstance(change, OrderChange):
            return Record(facts=registration(fields), timezone=timezone, version=document.version)
        return Record(
            facts=order_facts(fields) if document.exists else OrderFacts(),
            timezone=timezone,
            version=document.version,
            former_customers=tuple(fields.get("formerCustomers", ())),
            arrivals=tuple(_field(fields, "arrivals", list)) if document.exists else (),
        )
    except (TypeError, ValueError) as error:
        raise RecordUnreadable(f"{'/'.join(record_path(change))}: {error}") from error


_Kind = Stamp | Snapshot | Item | Refund


def _stored(kind: type[_Kind], *but: str) -> dict[str, str]:
    """Return the attributes by the names under which documents keep them.

    A name is in camelCase, and money goes without its unit: `price_minor` is kept as "price".
    """
    names = [field.name for field in dataclass_fields(kind) if field.name not in but]
    words = {name: name.removesuffix("_minor").split("_") for name in names}
    return {first + "".join(map(str.capitalize, rest)): name for name, (first, *rest) in words.items()}


_STAMP = _stored(Stamp)
_SNAPSHOT = _stored(Snapshot, "stamp", "items")
_ITEM = _stored(Item)
_REFUND = _stored(Refund, "lines")

_TYPES: dict[type[_Kind], dict[str, Any]] = {
    # A whole quantity may be stored as an integer.
    kind: {name: int | float if hint is float else hint for name, hint in get_type_hints(kind).items()}
    for kind in (Stamp, Snapshot, Item, Refund)
}

WITHOUT_ITEMS = ("timezone", "statuses", "progressedAt", "overdueAt", "refunds", *_STAMP, *_SNAPSHOT)
"""The fields that the facts of an order are read from, but for its items."""


def order_fields(
    order_id: str,
    facts: OrderFacts,
    timezone: str,
    former_customers: Sequence[str] = (),
    arrivals: Sequence[str] = (),
    counted: Contribution | None = None,
) -> dict[str, Any]:
    """Return the ledger entry as document fields, all of them each time: a write replaces the entry.

    Args:
        order_id: the order.
        facts: what is known of it.
        timezone: that of its store.
        former_customers: see `Record`.
        arrivals: see `Record`.
        counted: its contribution, where that is known already.
    """
    snapshot = facts.snapshot
    day = local_day(snapshot.created_at, timezone) if snapshot else None
    month = day and str(Month.of(day))
    if counted is None:
        counted = contribution(facts, timezone)
    return {
        "orderId": order_id,
        "slot": slot_of(order_id),
        "storeSlot": store_slot_of(order_id),
        "timezone": timezone,
        "statuses": {str(status): at for status, at in facts.statuses.items()},
        "day": day and day.isoformat(),
        "month": month,
        "countsIn": keys(counted),
        # Further months whose tallies it adds to.
        "refundMonths": sorted({str(Month.of(row.day)) for row in counted} - {month}),
        "progressedAt": facts.progressed_at,
        "overdueAt": facts.overdue_at,
        "awaitingSince": facts.awaiting_since,
        "missingSince": facts.missing_since,
        "formerCustomers": [*former_customers],
        "arrivals": [*arrivals],
        # A list: a map of Firestore's has no keys such as `__a__`.
        "refunds": [
            {
                "refundId": refund_id,
                **{stored: getattr(refund, name) for stored, name in _REFUND.items()},
                "lines": [{"productId": of, "amount": amount} for of, amount in refund.lines],
            }
            for refund_id, refund in sorted(facts.refunds.items())
        ],
        **{stored: snapshot and getattr(snapshot.stamp, name) for stored, name in _STAMP.items()},
        **{stored: snapshot and getattr(snapshot, name) for stored, name in _SNAPSHOT.items()},
        "items": [
            {stored: getattr(item, name) for stored, name in _ITEM.items()}
            for item in (snapshot.items if snapshot else ())
        ],
    }


def order_facts(fields: Mapping[str, Any]) -> OrderFacts:
    """Return the facts of a ledger entry; the inverse of `order_fields`. `items` may be left out.

    Raises:
        TypeError, ValueError: a field is missing, or has a value that `order_fields` never gives it.
    """
    snapshot = None
    if _field(fields, "eventId", str | None) is not None:
        items = _field(fields, "items", list) if "items" in fields else ()
        snapshot = Snapshot(
            stamp=Stamp(**_read(Stamp, _STAMP, fields)),
            items=tuple(Item(**_read(Item, _ITEM, item)) for item in items),
            **_read(Snapshot, _SNAPSHOT, fields),
        )
    statuses = _field(fields, "statuses", dict)
    return OrderFacts(
        snapshot=snapshot,
        statuses={Status(name): _field(statuses, name, datetime) for name in statuses},
        progressed_at=_field(fields, "progressedAt", datetime | None),
        overdue_at=_field(fields, "overdueAt", datetime | None),
        refunds={
            _field(refund, "refundId", str): Refund(
                lines=tuple(
                    (_field(line, "productId", str), _field(line, "amount", int))
                    for line in _field(refund, "lines", list)
                ),
                **_read(Refund, _REFUND, refund),
            )
            for refund in _field(fields, "refunds", list)
        },
    )


def arrival_text(arrival: Arrival) -> str:
    """Return an arrival as the JSON that entries keep: no query uses it, and one value is cheap to write."""
    return _arrival().dump_json(arrival).decode()


def order_arrivals(fields: Mapping[str, Any]) -> tuple[Arrival, ...]:
    """Return the arrivals on a ledger entry; raise ValueError if one is not as `arrival_text` gives it."""
    return tuple(_arrival().validate_json(text) for text in _field(fields, "arrivals", list))


@cache
def _arrival() -> TypeAdapter[Arrival]:
    # Functions that neither decode events nor show orders start without it.
    from pydantic import TypeAdapter

    return TypeAdapter(Arrival)


def _read(kind: type[_Kind], names: Mapping[str, str], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored fields by attribute; the default holds for one that an older entry does not have."""
    types = _TYPES[kind]
    return {name: _field(fields, stored, types[name]) for stored, name in names.items() if stored in fields}


def registration_fields(customer_id: str, facts: Registration, timezone: str) -> dict[str, Any]:
    """Return the registration as fields of the customer's document."""
    return {
        **CUSTOMERS.identity(of=customer_id),
        "timezone": timezone,
        "registeredAt": facts.registered_at,
        "emailConfirmed": facts.email_confirmed,
    }


def registration(fields: Mapping[str, Any]) -> Registration:
    """Return the registration in a customer's document; a blank one where only orders created it.

    Raises:
        ValueError: a field has a value that `registration_fields` never gives it.
    """
    if "registeredAt" not in fields:
        return Registration()
    return Registration(
        registered_at=_field(fields, "registeredAt", datetime | None),
        email_confirmed=_field(fields, "emailConfirmed", bool),
    )


def _field(fields: Mapping[str, Any], name: str, kind: Any) -> Any:
    if name not in fields or not isinstance(fields[name], kind):
        expected = getattr(kind, "__name__", kind)
        got = type(fields[name]).__name__ if name in fields else "nothing"
        raise ValueError(f"{name}: expected {expected}, got {got}")
    value = fields[name]
    # An instant without the client library's subclass, which prints and pickles differently.
    return EPOCH + (value - EPOCH) if isinstance(value, datetime) else value
