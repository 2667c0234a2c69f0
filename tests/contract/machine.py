"""A state machine: any events, in any order, with any repeats, on instances with warm or cold caches."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from emulator.recount import Event
from shared.documents.entries import order_arrivals
from shared.documents.paths import customer_path
from shared.domain.customer_state import CustomerState
from shared.domain.instants import to_micros
from shared.ledger.deferral import Mode
from shared.ledger.fold import Deltas
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import a_status_change, an_account_event, an_event, an_order_item
from tests.contract.backends import ZONE, Backend, new_ledger
from tests.contract.events import change_of
from tests.counted import Counters, counted, recount
from tests.deferring import counted_with_deltas, new_deferring_ledger, new_folder

STORE = "s/1"
CUSTOMERS = ("c-1", "c.2")

# Around midnights of UTC and of the store, in two months and at equal times.
TIMES = st.sampled_from(
    [
        "2026-10-31T23:59:59.999999-03:00",
        "2026-11-01T00:00:00-03:00",
        "2026-11-01T02:59:59Z",
        "2026-11-15T12:00:00Z",
        "2026-11-15T23:59:59Z",
        "2026-11-16T03:00:00.000001Z",
    ]
)
PRICES = st.sampled_from(["0", "0.01", "10.00", "99.90"])
ORDER_IDS = st.sampled_from(["o-1", "o/2", "o-3"])
STATUSES = st.sampled_from(
    ["CREATED", "COMPLETED", "EXPIRED", "REFOUNDED", "REFUNDED", "PAID", "overdue", 3, 8, 9, 10]
)
EVENT_IDS = st.text("ab", min_size=1, max_size=2)
ITEMS = st.lists(st.builds(an_order_item, st.sampled_from(["p-1", "p.2", "p/3"]), PRICES), max_size=3)
SNAPSHOTS = st.fixed_dictionaries(
    {
        "customerId": st.sampled_from([None, *CUSTOMERS]),
        "createdAt": TIMES,
        "price": PRICES,
        "currency": st.just("BRL"),
        "couponCode": st.sampled_from([None, "X", "10%/off"]),
        "items": ITEMS,
    }
)


def _order_event(order_id: str, at: str, tie: str, status: Any, order: dict[str, Any] | None) -> Event:
    # An event id stands for one content, so a checksum of the content follows what decides ties.
    event_id = f"{tie} {crc32(repr((order_id, at, status, order)).encode())}"
    common = {"eventId": event_id, "occurredAt": at, "storeId": STORE}
    snapshot = order and {"orderId": order_id, **order}
    if status is None:
        return "order-created", an_event(snapshot, **common)
    body = a_status_change(status, order_id, **common)
    if status == "overdue":
        body |= {"status": "EXPIRED", "expiredBy": "clock"}
    return "order-status-changed", {**body, "order": snapshot} if snapshot else body


def _refund_event(order_id: str, at: str, refund_id: str, amount: str, product: str | None) -> Event:
    event_id = f"{refund_id} {crc32(repr((order_id, at, amount, product)).encode())}"
    lines = [{"productId": product, "amount": amount}] if product else []
    refund = {"refundId": refund_id, "amount": amount, "currency": "BRL", "lines": lines}
    common = {"eventId": event_id, "occurredAt": at, "storeId": STORE, "orderId": order_id}
    return "order-status-changed", {**common, "refund": refund}


def _account_event(topic: str, customer_id: str, at: str) -> Event:
    return topic, an_account_event(customer_id, registeredAt=at, storeId=STORE)


CREATIONS = st.builds(_order_event, ORDER_IDS, TIMES, EVENT_IDS, st.none(), SNAPSHOTS)
REACHED = st.builds(_order_event, ORDER_IDS, TIMES, EVENT_IDS, STATUSES, st.none())
AMENDMENTS = st.builds(_order_event, ORDER_IDS, TIMES, EVENT_IDS, STATUSES, SNAPSHOTS)
REFUNDED = st.builds(
    _refund_event,
    ORDER_IDS,
    TIMES,
    st.sampled_from(["r-1", "r/2"]),
    PRICES,
    st.none() | st.sampled_from(["p-1", "p.2", "gone"]),
)
ACCOUNTS = st.builds(
    _account_event,
    st.sampled_from(["customer-registered", "email-confirmed"]),
    st.sampled_from(CUSTOMERS),
    TIMES,
)


class LedgerMachine(RuleBasedStateMachine):
    """Two instances of one ledger, and every event that was ever delivered."""

    checks_each_step: ClassVar[bool] = True

    @abstractmethod
    def make_backend(self) -> Backend:
        """Return an empty one."""

    def new_ledger(self) -> Ledger:
        """Return the ledger of a fresh instance."""
        return new_ledger(self.backend)

    def counted(self) -> Counters:
        """Return what the store has counted."""
        return counted(self.backend, STORE)

    @initialize()
    def start(self) -> None:
        self.backend = self.make_backend()
        self.ledgers = [self.new_ledger(), self.new_ledger()]
        self.delivered: list[Event] = []

    @rule(event=CREATIONS)
    def create(self, event: Event) -> None:
        self.deliver([event])

    @rule(event=REACHED)
    def reach_a_status(self, event: Event) -> None:
        self.deliver([event])

    @rule(event=REFUNDED)
    def refund_a_part(self, event: Event) -> None:
        self.deliver([event])

    @rule(event=AMENDMENTS)
    def amend(self, event: Event) -> None:
        self.deliver([event])

    @rule(event=ACCOUNTS)
    def register_or_confirm(self, event: Event) -> None:
        self.deliver([event])

    @rule(events=st.lists(CREATIONS | REACHED | REFUNDED | AMENDMENTS | ACCOUNTS, min_size=2, max_size=6))
    def deliver_a_list(self, events: list[Event]) -> None:
        self.deliver(events)

    @precondition(lambda self: self.delivered)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        events = data.draw(st.lists(st.sampled_from(self.delivered), min_size=1, max_size=3))
        outcomes = self.deliver(events)
        assert {outcome.result for outcome in outcomes} == {"duplicate"}

    @rule()
    def go_on_at_the_other_instance(self) -> None:
        self.ledgers.reverse()

    @rule()
    def start_a_cold_instance(self) -> None:
        self.ledgers[0] = self.new_ledger()

    def deliver(self, events: list[Event]) -> list[Outcome]:
        before = self.versions()
        outcomes = self.ledgers[0].apply([change_of(event) for event in events])
        self.delivered += events
        if self.checks_each_step:
            self.check()
            self.check_customers(before, outcomes)
        return outcomes

    def check(self) -> None:
        assert self.counted() == recount(self.delivered, ZONE, STORE)
        self.check_arrivals()

    def check_arrivals(self) -> None:
        """Check that each order remembers some of its events, once each, in the order of their delivery."""
        for order in self.backend.collection(STORE, "orders"):
            remembered = [arrival.event_id for arrival in order_arrivals(order)]
            delivered = iter([body["eventId"] for _, body in self.delivered])
            assert remembered
            assert len({*remembered}) == len(remembered)
            assert all(event_id in delivered for event_id in remembered)

    def check_customers(self, before: dict[str, int], outcomes: list[Outcome]) -> None:
        """Check that the outcomes tell the metrics of every customer whose metrics moved."""
        told: dict[str, CustomerState] = {}
        for name, state in [pair for outcome in outcomes for pair in outcome.customers.items()]:
            if state and (name not in told or told[name].updated_at < state.updated_at):
                told[name] = state
        for customer_id, version in self.versions().items():
            state = told.get(customer_id)
            assert state is not None or version == before[customer_id]
            if state:
                assert state.counters["version"] == version
                fields = {**self.customer(customer_id)}
                fields["updatedAt"] = to_micros(fields["updatedAt"])
                assert {name: fields.get(name) for name in state.counters} == state.counters
                assert fields.keys() - state.counters.keys() <= {
                    "customerId", "storeSlot", "timezone", "registeredAt", "emailConfirmed",
                }  # fmt: skip

    def customer(self, customer_id: str) -> Mapping[str, Any]:
        return self.backend.fields(customer_path(STORE, customer_id)) or {}

    def versions(self) -> dict[str, int]:
        return {customer_id: self.customer(customer_id).get("version", 0) for customer_id in CUSTOMERS}

    def teardown(self) -> None:
        if not self.checks_each_step:
            self.check()


class DeferringMachine(LedgerMachine):
    """Instances that defer, defer nothing or change their mind, and folders at any time."""

    mode: Mode = "always"

    @abstractmethod
    def make_deltas(self) -> Deltas:
        """Return the pending deltas of the backend."""

    def new_ledger(self) -> Ledger:
        return new_deferring_ledger(self.backend, self.mode)

    def counted(self) -> Counters:
        return counted_with_deltas(self.backend, STORE)

    @rule(mode=st.sampled_from(["always", "always", "never"]))
    def start_an_instance_in_another_mode(self, mode: Mode) -> None:
        self.mode = mode
        self.ledgers[0] = self.new_ledger()

    @rule()
    def fold(self) -> None:
        new_folder(self.backend, self.make_deltas()).sweep(STORE)
        assert self.backend.collection(STORE, "deltas") == []

    def teardown(self) -> None:
        self.fold()
        assert counted(self.backend, STORE) == recount(self.delivered, ZONE, STORE)
