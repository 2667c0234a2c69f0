"""A run that is out of time continues the next night, and reports every drift once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.cloud.firestore import Increment

from shared.adapters.firestore.client import Client
from shared.documents.paths import reconciliation_path
from shared.errors import BudgetSpent
from shared.reconcile import lifetimes
from tests.contract.reconciling import NOVEMBER, STORE, Desk
from tests.contract.test_reconcile_bounds import stock

ORDERS = 6


@pytest.fixture
def desk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a store in which a tally of the month, each customer and each coupon are wrong."""
    monkeypatch.setattr(lifetimes, "_AT_ONCE", 2)
    desk = Desk(client)
    stock(desk, ORDERS)
    for name in ("customers", "coupons"):
        for reference in desk.at(name, "any").parent.list_documents():
            reference.update({"totalOrders": Increment(1), "timesUsed": Increment(1)})
    desk.at("months", "2026-11").update({"totalOrders": Increment(1)})
    desk.step = timedelta(seconds=1)
    return desk


def kept(desk: Desk) -> dict[str, Any]:
    return desk.at(*reconciliation_path(STORE, NOVEMBER)[2:]).get().to_dict() or {}


def test_a_long_month_is_continued_until_every_document_was_compared_once(desk: Desk) -> None:
    whole = desk.run()
    nights = [desk.run(budget_s=28)]
    while nights[-1].unfinished is not None and len(nights) < 20:
        assert kept(desk)["report"]["readTime"] == whole.shown()["readTime"]
        nights.append(desk.run(budget_s=28))
    assert len(nights) > 2
    assert sorted(map(repr, nights[-1].drift)) == sorted(map(repr, whole.drift))
    assert nights[-1].drift_count == whole.drift_count == 1 + 2 * ORDERS
    counts = [night.drift_count for night in nights]
    assert counts == sorted(set(counts))
    assert (kept(desk)["report"]["driftCount"], kept(desk)["unfinished"]) == (whole.drift_count, None)


def test_after_a_finished_run_the_next_one_starts_from_the_beginning(desk: Desk) -> None:
    whole = desk.run(budget_s=10_000)
    assert desk.run(budget_s=10_000).drift == whole.drift


def test_a_run_without_a_budget_starts_from_the_beginning_and_leaves_nothing_to_continue(desk: Desk) -> None:
    assert desk.run(budget_s=28).unfinished is not None
    assert desk.run(repair=True).drift_count == 1 + 2 * ORDERS
    assert kept(desk)["unfinished"] is None
    assert desk.drift() == []


def test_a_month_whose_own_tallies_take_too_long_fails_and_forgets_no_progress(desk: Desk) -> None:
    desk.run(budget_s=28)
    before = kept(desk)["unfinished"]
    with pytest.raises(BudgetSpent, match="longer than 0:00:20"):
        desk.run(budget_s=20)
    assert kept(desk)["unfinished"] == before != {}
    assert kept(desk)["deadline"] is None
