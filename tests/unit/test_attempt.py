"""What the ledger does when other writers are faster, and when a commit is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.documents import retry
from shared.documents.paths import record_path
from shared.documents.store import PreconditionLost
from shared.domain.changes import Change, OrderChange
from shared.domain.store import Terms
from shared.errors import CommitRefused, CurrencyMismatch, StoreContended, StoreExhausted, StoreUnavailable
from shared.ledger.attempt import MOST_WEIGHT, Result, has_currency
from shared.ledger.ledger import Ledger
from shared.ledger.outcome import Outcome
from tests.builders import NOON, a_customer_change, a_snapshot, an_item, an_order_change, facts
from tests.fakes import FakeStores
from tests.unit.unwilling_documents import UnwillingDocuments
from tests.virtual_time import VirtualTime


def created(n: int, items: int = 0) -> OrderChange:
    snapshot = a_snapshot(items=tuple(an_item(f"p-{item}") for item in range(items)))
    return an_order_change(facts(snapshot), f"o-{n}", creates=True)


def completed(n: int) -> OrderChange:
    return an_order_change(facts(completed=NOON), f"o-{n}")


def told(results: list[Result]) -> list[str]:
    """Return "applied" or "duplicate" for each result, or the name of its error, or "again"."""
    return [
        result.result if isinstance(result, Outcome) else type(result).__name__ if result else "again"
        for result in results
    ]


@pytest.fixture
def documents() -> UnwillingDocuments:
    """Return documents that hold the orders o-0 to o-7."""
    documents = UnwillingDocuments()
    Ledger(documents, FakeStores()).apply([created(n) for n in range(8)])
    documents.tries.clear()
    return documents


@pytest.fixture
def ledger(documents: UnwillingDocuments) -> Ledger:
    """Return the ledger of an instance that remembers no order."""
    return Ledger(documents, FakeStores())


def let_in(documents: UnwillingDocuments, *orders: int) -> None:
    """Have another instance refund each of the orders before a commit that writes it, once."""
    rival, raced = Ledger(documents, FakeStores()), [f"o-{n}" for n in orders]

    def before_commit(written: list[str]) -> None:
        for order in [one for one in raced if one in written]:
            raced.remove(order)
            rival.apply([an_order_change(facts(refunded=NOON), order)])

    documents.before_commit = before_commit


def test_contended_commits_are_tried_again(documents: UnwillingDocuments, ledger: Ledger) -> None:
    failures = [StoreContended("somebody else writes")] * 2

    def contend(_: list[str]) -> None:
        if failures:
            raise failures.pop()

    documents.before_commit = contend
    assert told([*ledger.apply([created(9)])]) == ["applied"]
    assert failures == []


def test_changes_whose_records_did_not_move_are_committed_at_once(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    let_in(documents, 1, 3)
    changes = [completed(n) for n in range(5)]
    results = ledger.attempt(changes)
    assert told(results) == ["applied", "PreconditionLost", "applied", "PreconditionLost", "applied"]
    assert [sorted(tried) for tried in documents.tries if len(tried) > 1] == [
        ["o-0", "o-1", "o-2", "o-3", "o-4"], ["o-0", "o-2", "o-4"],
    ]  # fmt: skip


def test_an_attempt_whose_commits_take_long_ends_and_leaves_the_rest(
    documents: UnwillingDocuments, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, rival = VirtualTime(), Ledger(documents, FakeStores())
    monkeypatch.setattr(retry, "PACING", time.pacing())

    def lose_one(written: list[str]) -> None:
        if len(written) > 1:
            time.sleep(10)
            rival.apply([an_order_change(facts(refunded=NOON), written[0])])

    documents.before_commit = lose_one
    lost = "PreconditionLost"
    assert told(ledger.attempt([completed(n) for n in range(5)])) == [lost, lost, "again", "again", "again"]


def test_an_attempt_that_settles_nothing_in_time_is_left_to_pubsub(
    documents: UnwillingDocuments, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = VirtualTime()
    monkeypatch.setattr(retry, "PACING", time.pacing())

    def lose(_: list[str]) -> None:
        time.sleep(10)
        raise PreconditionLost("somebody else was faster")

    documents.before_commit = lose
    with pytest.raises(StoreContended, match="other writers kept winning"):
        ledger.attempt([completed(n) for n in range(8)])
    assert len(documents.tries) == 2


def test_records_are_read_once_more_after_a_lost_race(documents: UnwillingDocuments, ledger: Ledger) -> None:
    let_in(documents, 1)
    ledger.attempt([completed(n) for n in range(5)])
    assert told(ledger.attempt([completed(n) for n in range(5)])) == [
        "duplicate", "applied", "duplicate", "duplicate", "duplicate",
    ]  # fmt: skip
    theirs = ["o-1"]
    assert documents.reads == [[f"o-{n}" for n in range(5)], theirs, [f"o-{n}" for n in range(5)]]


def test_what_an_instance_wrote_it_need_not_read_unless_it_must_not_guess(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    ledger.apply([created(9)])
    ledger.apply([completed(9)])
    assert documents.reads == []
    ledger.apply_each([an_order_change(facts(), "o-9")], guess=False)
    assert documents.reads == [["o-9"]]
    assert documents.tries == [["o-9"], ["o-9"]]


def test_what_an_instance_wrote_may_have_moved_since(documents: UnwillingDocuments, ledger: Ledger) -> None:
    ledger.apply([created(9)])
    Ledger(documents, FakeStores()).apply([an_order_change(facts(refunded=NOON), "o-9")])
    ledger.apply([completed(9)])
    assert documents.documents["stores", "s-1", "orders", "o-9"]["statuses"].keys() == {
        "COMPLETED",
        "REFOUNDED",
    }


def test_a_list_is_applied_whole_however_many_records_move(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    let_in(documents, *range(8))
    assert {outcome.result for outcome in ledger.apply([completed(n) for n in range(8)])} == {"applied"}
    month = documents.documents["stores", "s-1", "months", "2026-11"]
    assert month["days"]["20"]["totalRefundedOrders"] == 8


def test_an_order_that_is_not_new_after_all_loses_one_race(documents: UnwillingDocuments) -> None:
    ledger = Ledger(documents, FakeStores())
    assert told(ledger.attempt([created(0)])) == ["PreconditionLost"]
    assert told([*ledger.apply([created(0)])]) == ["duplicate"]


def test_a_change_that_keeps_losing_is_left_to_pubsub(documents: UnwillingDocuments) -> None:
    def lose(_: list[str]) -> None:
        raise PreconditionLost("somebody else was faster")

    documents.before_commit = lose
    with pytest.raises(StoreContended, match="other writers kept winning"):
        Ledger(documents, FakeStores()).apply([created(9)])


def test_a_list_too_large_for_one_commit_is_halved(documents: UnwillingDocuments, ledger: Ledger) -> None:
    documents.most_writes = 4
    assert told([*ledger.apply([completed(n) for n in range(8)])]) == ["applied"] * 8
    # A commit has the month beside the orders.
    assert [len(tried) for tried in documents.tries] == [8, 4, 2, 2, 4, 2, 2]


def test_orders_of_more_hours_than_a_month_takes_at_once_go_into_several_commits(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    orders = [
        an_order_change(facts(a_snapshot(created_at=NOON + n * timedelta(hours=1))), f"h-{n}", creates=True)
        for n in range(200)
    ]
    assert told([*ledger.apply_each(orders)]) == ["applied"] * 200
    months = [fields for path, fields in documents.documents.items() if path[-2] == "months"]
    counted = [
        row["totalOrders"] for month in months for day in month["hours"].values() for row in day.values()
    ]
    assert sum(counted) == 208
    # Once the ledger knows how many fit, it does not try them all again.
    assert len(documents.tries) <= 12


def test_a_change_too_large_alone_is_refused_and_the_others_are_applied(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    documents.most_writes = 9
    results = ledger.apply_each([completed(0), created(9, items=20), completed(1)])
    assert told([*results]) == ["applied", "CommitRefused", "applied"]
    assert str(results[1]) == "commit: expected at most 9 writes, got 22"
    with pytest.raises(CommitRefused):
        ledger.apply([created(9, items=20)])


def test_orders_too_heavy_for_one_commit_are_not_even_tried_together(ledger: Ledger) -> None:
    heavy = [created(10 + n, items=MOST_WEIGHT // 3) for n in range(3)]
    assert told(ledger.attempt(heavy)) == ["applied", "applied", "again"]
    assert told(ledger.attempt([created(20, items=MOST_WEIGHT + 1), completed(0)])) == ["applied", "again"]


def test_orders_as_heavy_as_one_commit_may_be_are_applied_together(ledger: Ledger) -> None:
    heavy = [created(10 + n, items=MOST_WEIGHT // 4 - 1) for n in range(4)]
    assert told(ledger.attempt(heavy)) == ["applied"] * 4


def test_an_exhausted_quota_is_an_outage_that_is_not_asked_change_by_change(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    def refuse(_: list[str]) -> None:
        raise StoreExhausted("quota exceeded")

    documents.before_commit = refuse
    with pytest.raises(StoreExhausted):
        ledger.attempt([completed(n) for n in range(8)])
    assert [len(tried) for tried in documents.tries] == [8, 4, 2, 1]
    assert told([*ledger.apply_each([completed(0), completed(1)])]) == ["StoreExhausted"] * 2


def test_an_outage_is_told_at_once(documents: UnwillingDocuments, ledger: Ledger) -> None:
    def go_away(_: list[str]) -> None:
        raise StoreUnavailable("gone")

    documents.before_commit = go_away
    with pytest.raises(StoreUnavailable):
        ledger.attempt([completed(n) for n in range(8)])
    assert len(documents.tries) == 1


def test_a_bug_in_one_change_fails_that_change_alone(documents: UnwillingDocuments, ledger: Ledger) -> None:
    def spoil(orders: list[str]) -> None:
        if "o-2" in orders:
            raise ValueError("o-2 can't be written")

    documents.before_commit = spoil
    results = ledger.apply_each([completed(n) for n in range(5)])
    assert told([*results]) == ["applied", "applied", "ValueError", "applied", "applied"]


def test_an_order_in_another_currency_than_its_stores_is_refused_beside_others(
    documents: UnwillingDocuments,
) -> None:
    class Strict(FakeStores):
        def terms(self, change: Change) -> Terms:
            if has_currency(change) and record_path(change)[-1] == "o-10":
                raise CurrencyMismatch("expected the store's BRL, got JPY")
            return super().terms(change)

    results = Ledger(documents, Strict()).attempt([created(9), created(10), created(11)])
    assert told(results) == ["applied", "CurrencyMismatch", "applied"]


def test_a_record_that_cannot_be_read_is_kept_apart_and_named(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    path = ("stores", "s-1", "orders", "o-2")
    documents.documents[path] = {**documents.documents[path], "price": "seven"}
    results = ledger.attempt([completed(n) for n in range(5)])
    assert told(results) == ["applied", "applied", "RecordUnreadable", "applied", "applied"]
    assert str(results[2]) == "stores/s-1/orders/o-2: price: expected int, got str"
    assert documents.tries == [["o-0", "o-1", "o-3", "o-4"]]


def test_a_customer_who_is_always_moving_holds_up_nobody_else(documents: UnwillingDocuments) -> None:
    """An amendment that retracts an order time needs the customer's version, which every order moves."""
    theirs = facts(a_snapshot(customer_id="c-1"))
    ledger, rival = Ledger(documents, FakeStores()), Ledger(documents, FakeStores())
    ledger.apply([an_order_change(theirs, "theirs")])
    more = iter(range(100, 200))

    def before_commit(orders: list[str]) -> None:
        if "theirs" in orders:
            rival.apply([an_order_change(theirs, f"o-{next(more)}", creates=True)])

    documents.before_commit = before_commit
    leaving = facts(a_snapshot(customer_id="c-2", occurred_at=NOON.replace(hour=13)))
    changes = [completed(0), completed(1), an_order_change(leaving, "theirs"), completed(2)]
    results = ledger.apply_each(changes)
    assert told([*results]) == ["applied", "applied", "StoreContended", "applied"]


def test_a_repeat_beside_its_customers_registration_is_one_commit(
    documents: UnwillingDocuments, ledger: Ledger
) -> None:
    bought = an_order_change(facts(a_snapshot(customer_id="c-1")), "o-9", creates=True)
    ledger.apply([bought])
    documents.tries.clear()
    repeated, registered, paid = ledger.apply(
        [bought, a_customer_change("c-1", email_confirmed=True), completed(0)]
    )
    assert len(documents.tries) == 1
    assert (repeated.result, repeated.customers) == ("duplicate", {"c-1": None})
    assert (registered.result, registered.customers) == ("applied", {})
    assert paid.result == "applied"
