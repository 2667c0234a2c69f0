"""A customer's orders outside a list, by which order times are set anew."""

from collections.abc import Iterable

from shared.documents.entries import order_fields
from shared.documents.paths import customer_path, order_path
from shared.documents.store import ABSENT, DocumentWrite
from shared.domain.instants import to_micros
from tests.builders import a_snapshot, facts, utc
from tests.contract.backends import Backend, new_ledger
from tests.contract.events import amended, apply, created, in_store

TIMES = [utc(f"2026-11-{day:02}T12:00:00.000001Z") for day in range(1, 6)]


def keep_orders(backend: Backend, customers: Iterable[str | None], store_id: str = "s-1") -> None:
    for n, (customer_id, at) in enumerate(zip(customers, TIMES, strict=True)):
        known = facts(a_snapshot(customer_id=customer_id, created_at=at))
        fields = order_fields(f"o-{n}", known, "UTC")
        path = order_path(store_id, f"o-{n}")
        backend.documents.commit([DocumentWrite(path=path, version=ABSENT, fields=fields)])


def test_first_and_last_of_the_other_orders_are_found(backend: Backend) -> None:
    keep_orders(backend, ["c-2", "c-1", "c-1", "c-1", None])
    keep_orders(backend, ["c-1"] * 5, store_id="s-2")
    find = backend.documents.other_orders
    assert set(find(("s-1", "c-1"), set()).times) == {TIMES[1], TIMES[3]}
    assert set(find(("s-1", "c-1"), {"o-1", "o-9"}).times) == {TIMES[2], TIMES[3]}
    assert set(find(("s-1", "c-1"), {"o-1", "o-3"}).times) == {TIMES[2]}
    assert find(("s-1", "c-1"), {"o-1", "o-2", "o-3"}).times == ()
    assert find(("s-1", "c-3"), set()).times == ()


def test_the_customers_version_comes_with_them(backend: Backend) -> None:
    path = customer_path("s-1", "c-1")
    assert backend.documents.other_orders(("s-1", "c-1"), set()).version == ABSENT
    write = DocumentWrite(path=path, fields={"customerId": "c-1"})
    version = backend.documents.commit([write]).versions[path]
    assert backend.documents.other_orders(("s-1", "c-1"), set()).version == version


def test_an_order_of_the_same_id_in_another_store_is_not_left_out(backend: Backend) -> None:
    ledger = new_ledger(backend)
    for order_id, day in (("o-1", 1), ("o-2", 2)):
        apply(ledger, created(order_id, f"2026-11-{day:02}T12:00:00Z"))
    late = amended("o-1", "2026-11-09T12:00:00Z")
    elsewhere = in_store("s-2", created("o-2", "2026-11-03T12:00:00Z"))
    apply(ledger, late, elsewhere)
    fields = backend.fields(customer_path("s-1", "c-1")) or {}
    assert fields["firstOrderAt"] == to_micros(utc("2026-11-02T12:00:00Z"))
