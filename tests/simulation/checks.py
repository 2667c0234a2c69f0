"""What must hold once everything is quiet."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from emulator.customer_api.customers import identifiers
from emulator.recount import Period, differences, recount_counters, recount_dashboard, recount_returning
from shared import runtime
from shared.baskets.lookup_config import LookupConfig
from shared.customers.warm_cards import FILLED
from shared.dashboard.read import DashboardReading, Question
from shared.dashboard.returning import ReturningReading, Sources
from shared.documents.paths import basket_path
from shared.domain import period
from shared.domain.period import Month
from tests.counted import counters_in
from tests.simulation import virtual
from tests.simulation.account import Account
from tests.simulation.jobs import call
from tests.simulation.operators import Operators
from tests.simulation.violation import Violation

_SHOWN = 5
_ATTEMPTS = LookupConfig.model_fields["retry_attempts"].default


class Checks:
    """Compares what a history was told with what the system holds and says.

    Args:
        account: both sides.
        operators: ask the system.
    """

    def __init__(self, account: Account, operators: Operators) -> None:
        self._account = account
        self._operators = operators

    def run(self) -> None:
        """Check everything, now that it is quiet.

        Raises:
            Violation: the first invariant that does not hold.
        """
        self.check_errors()
        for store_id in self._account.shops:
            self.check_counters(store_id)
            self._check_outgoing(store_id)
        for look in (self._check_letters, self._check_baskets, self._check_cards, self._check_dashboards):
            self.within(look)
        self._check_imports()
        self._check_missing()
        self.check_errors()

    def run_another_day(self) -> None:
        """Check that no order waits for its payment any more, and that everything is still counted."""
        due = virtual.now() - timedelta(hours=24)
        for record in self._account.world.database.collection("orders"):
            if record["awaitingSince"] is not None and record["awaitingSince"] <= due:
                text = f"order {record['orderId']!r} of store {record['storeId']!r} waits since "
                raise Violation(
                    "every unpaid order expires", f"{text}{record['awaitingSince']}", [record["orderId"]]
                )
        for store_id in self._account.shops:
            self.check_counters(store_id)
            self._check_expiries(store_id)
        self.check_errors()

    def check_errors(self) -> None:
        """Check that no function failed but for what passes."""
        if bugs := self._account.world.bugs:
            raise Violation("no unexpected error", repr(bugs[0]), [type(bugs[0]).__name__])

    def check_deltas(self) -> None:
        """Check that what was deferred was folded, though no sweep is over yet."""
        if waiting := self._account.world.database.names("deltas"):
            text = f"{len(waiting)} deltas wait, and nobody was woken for them"
            raise Violation("every delta is folded", text, waiting[:1])

    def check_counters(self, store_id: str) -> None:
        """Check that the store's tallies equal what the recount makes of its events."""
        expected = recount_counters(
            self._account.events(store_id),
            store_id=store_id,
            timezone=self._account.done.zones[store_id],
            currency=self._account.shops[store_id].currency,
        )
        found = counters_in(self._account.tallies(store_id))
        wrong = [
            f"{key}: expected {expected.get(key)}, got {found.get(key)}"
            for key in sorted(expected.keys() | found.keys())
            if expected.get(key) != found.get(key)
        ]
        if wrong:
            text = f"store {store_id!r}: {'; '.join(wrong[:_SHOWN])}"
            raise Violation("tallies equal the recount", text, [store_id])

    def _check_expiries(self, store_id: str) -> None:
        """Check that every run says the same: an order expires a day after it was created."""
        created: defaultdict[str, set[datetime]] = defaultdict(set)
        for _, body in self._account.shops[store_id].told:
            if body.get("order"):
                created[body["order"]["orderId"]].add(datetime.fromisoformat(body["order"]["createdAt"]))
        for _, body in self._account.expiries(store_id):
            deadline = datetime.fromisoformat(body["occurredAt"])
            if deadline - timedelta(hours=24) not in created[body["orderId"]]:
                text = f"order {body['orderId']!r} of store {store_id!r} expired at {deadline}"
                raise Violation("an order expires at its deadline", text, [body["orderId"]])

    def _check_outgoing(self, store_id: str) -> None:
        done = self._account.done
        if store_id in done.spoiled:
            return  # a repair tells subscribers once, and does not insist
        told: dict[str, dict[str, Any]] = {}
        for data in self._account.world.pubsub.sent.get("customer-metrics-updated", []):
            event = json.loads(data)
            known = told.get(event["customerId"], {"version": 0})
            if event["storeId"] == store_id and event["version"] >= known["version"]:
                told[event["customerId"]] = event
        for customer_id, expected in self._account.customers(store_id).items():
            metrics = told[customer_id]["metrics"] if customer_id in told else {}
            if metrics or expected["totalOrders"]:
                self._compare(
                    "the last outgoing event tells the state", store_id, customer_id, expected, metrics
                )

    def _check_cards(self) -> None:
        """Check every card: first those that nothing excuses, then all, once they were written again."""
        account = self._account
        for store_id in account.shops:
            if store_id not in account.done.spoiled and not account.has_failovers:
                self._check_cards_of(store_id)
        account.world.valkey.expire(FILLED)
        self._operators.ask("warm-cards", call("warm-cards"), "fill the cache")
        for store_id in account.shops:
            self._check_cards_of(store_id)

    def _check_cards_of(self, store_id: str) -> None:
        customers = self._account.customers(store_id)

        def read() -> dict[str, Any]:
            now = datetime.now(UTC)
            return {of: runtime.cards().show(store_id, of, now)[0] for of in customers}

        cards = self._ask(read)
        for customer_id, expected in customers.items():
            card = cards[customer_id]
            if card is not None or expected["totalOrders"]:
                self._compare("cards equal the state", store_id, customer_id, expected, card or {})

    def _compare(
        self,
        invariant: str,
        store_id: str,
        customer_id: str,
        expected: Mapping[str, Any],
        found: Mapping[str, Any],
    ) -> None:
        if wrong := differences(expected, found):
            text = f"customer {customer_id!r} of store {store_id!r}: {wrong[:_SHOWN]}"
            raise Violation(invariant, text, [f'"{customer_id}"', "customers/"])

    def _check_dashboards(self) -> None:
        now = virtual.now()
        month = Month.of(now.date())
        for store_id, shop in self._account.shops.items():
            timezone = self._account.done.zones[store_id]
            today = now.astimezone(ZoneInfo(timezone)).date()
            before = today - timedelta(days=7)
            recounted = partial(
                recount_dashboard,
                self._account.events(store_id),
                store_id=store_id,
                timezone=timezone,
                currency=shop.currency,
                now=now,
            )
            of_month = Question(period=period.Period.of_month(month), with_refunds=True)
            of_today = Question(period=period.Period(today, today), compare="previous-weekdays")
            for question, expected in (
                (of_month, recounted(period=Period.month(month.year, month.month), refunds=True)),
                (of_today, recounted(period=Period.days(today, today), compare=Period.days(before, before))),
            ):
                if wrong := differences(expected, self._ask(partial(_view, store_id, question, now))):
                    text = f"store {store_id!r}: {wrong[:_SHOWN]}"
                    raise Violation("the dashboard equals the recount", text, [store_id])
            returning = self._ask(partial(_returning, store_id, month, now))
            expected = recount_returning(
                self._account.events(store_id),
                store_id=store_id,
                timezone=timezone,
                period=Period.month(month.year, month.month),
            )
            if wrong := differences({**expected, "trailing": False}, returning):
                text = f"store {store_id!r}: {wrong}"
                raise Violation("returning customers equal the recount", text, [store_id])

    def _check_letters(self) -> None:
        """Check that every message is applied or kept, and that nothing else is kept."""
        letters = self._operators.letters.all()

        def read() -> list[bytes]:
            return [runtime.kept_letters().payload(letter.letter_id)[0] for letter in letters]

        kept, wanted = Counter(self._ask(read)), Counter(self._account.done.nonsense)
        sent = self._account.world.pubsub.messages
        good = {text for message in sent for text in (message.data, *message.texts)} - wanted.keys()
        extra = [data for data in kept - wanted if data not in good]
        missing = list(wanted - kept)
        if missing or extra:
            raise Violation(
                "every message ends applied or kept",
                f"{len(missing)} refused messages are not kept, {len(extra)} letters came from nowhere: "
                f"{(missing or extra)[0]!r}",
            )

    def _check_baskets(self) -> None:
        if waiting := self._account.world.database.names("outbox"):
            raise Violation("every event is published", f"{len(waiting)} events of baskets wait", waiting[:1])
        customers = dict(identifiers())
        for request in self._account.done.baskets:
            basket = self._ask(partial(lambda one: runtime.basket_starter().start(one), request))
            fields = self._account.document(basket_path(request.store_id, basket.basket_id)) or {}
            customer = customers.get(request.customer_identifier or "")
            is_given_up = fields["lookupStatus"] == "FAILED" and fields["lookupAttempts"] >= _ATTEMPTS
            if customer:
                right = fields["lookupStatus"] == "FOUND" and fields["customerId"] == customer["customerId"]
            else:
                # What is no identifier at all stays as the till left it.
                right = fields["lookupStatus"] in ("GUEST", "NOT_FOUND", "PENDING")
            if not (right or is_given_up):
                raise Violation(
                    "every basket finds its customer, or its attempts are used up",
                    f"{request.customer_identifier!r} in store {request.store_id!r}: expected {customer}, "
                    f"got {fields['lookupStatus']} {fields['customerId']}",
                    [basket.basket_id],
                )

    def _check_imports(self) -> None:
        done = self._account.done
        for path, refused in done.refused_lines.items():
            if (written := len(done.refusals[path])) != refused:
                text = f"{path.name}: expected {refused}, got {written}"
                raise Violation("every refused line is written down", text, [path.name])

    def _check_missing(self) -> None:
        """Check that no order waits for its creation: every shop published each."""
        records = self._account.world.database.collection("orders")
        if missing := [record["orderId"] for record in records if record["missingSince"] is not None]:
            raise Violation("every order is found", f"only statuses are known of {missing[0]!r}", missing[:1])

    def _ask(self, run: Callable[[], Any]) -> Any:
        return self._operators.ask("dashboard", run, "check")

    def within(self, look: Callable[[], None]) -> None:
        """Look from within the simulation, where the code under test runs."""
        scheduler = self._account.world.scheduler
        task = scheduler.spawn(look.__name__, look)
        scheduler.run(scheduler.now + 86_400, lambda: task.done)


def _view(store_id: str, question: Question, now: datetime) -> dict[str, Any]:
    store = runtime.stores().find(store_id)
    assert store is not None
    return DashboardReading(runtime.tallies(), store, question, now).view()


def _returning(store_id: str, month: Month, now: datetime) -> dict[str, Any]:
    store = runtime.stores().find(store_id)
    assert store is not None
    sources = Sources(runtime.tallies(), runtime.customers(), runtime.deltas())
    return ReturningReading(sources, store, period.Period.of_month(month), None, now).view()
