"""Counters of another system are compared with the ledger, and a planted difference leads to its order."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.compare.counters import CountersUnreadable
from infra.compare.run import HEADER, Ledgers, Report, compare
from shared.adapters.firestore.client import Client
from shared.adapters.firestore.store_snapshot import FirestoreStoreSnapshot
from shared.adapters.firestore.stores import FirestoreStores
from shared.adapters.firestore.tallies import FirestoreTallies
from tests.contract.backends import ZONE, FirestoreBackend, new_ledger
from tests.contract.events import apply, confirmed, created, reached, registered
from tests.pages import ROOT

TRUE = {
    "month": "2026-11",
    "totalSales": "149.90",
    "totalOrders": 4,
    "totalCompletedOrders": 2,
    "totalExpiredOrders": 1,
    "totalRefundedOrders": 1,
    "ordersWithCoupon": 1,
    "ordersWithoutCoupon": 1,
    "newCustomers": 1,
}


@pytest.fixture
def ledgers(client: Client) -> Ledgers:
    """Fill a store in two months; return how it is read."""
    apply(
        new_ledger(FirestoreBackend(client)),
        created("o-1", couponCode="TEN", price="129.90", items=[]),
        created("o-2", "2026-11-22T12:00:00Z", price="20.00", items=[]),
        created("refunded", "2026-11-21T12:00:00Z", price="75.00", items=[]),
        created("expired", price="33.00", items=[]),
        created("o-5", "2026-11-01T02:59:59Z", price="9.00", items=[]),  # still October in the store
        *[reached("COMPLETED", order) for order in ("o-1", "o-2", "refunded", "o-5")],
        reached("REFOUNDED", "refunded", "2026-11-29T12:00:00Z"),
        reached("EXPIRED", "expired"),
        registered("c-1"),
        confirmed("c-1"),
        registered("c-2"),
    )
    return ledgers_of(client)


def ledgers_of(client: Client) -> Ledgers:
    def months(store_id: str) -> tuple[Mapping[str, int], Any]:
        history, at = FirestoreTallies(client, most_range_reads=0).history(store_id)
        return {str(one.month): one.orders for one in history}, at

    return Ledgers(
        find=FirestoreStores(client, ZONE).find,
        months=months,
        snapshot=lambda store_id, at: FirestoreStoreSnapshot(client, store_id, at),
    )


def told(
    ledgers: Ledgers, *rows: Mapping[str, Any], most: int = 20
) -> tuple[int, list[str], list[list[str]]]:
    lines: list[str] = []
    orders = StringIO(newline="")
    report = Report(say=lines.append, most=most, orders=orders)
    found = compare(json.dumps(rows).encode(), "s-1", ledgers, report)
    return found, lines, [*csv.reader(StringIO(orders.getvalue(), newline=""))]


def test_equal_counters_are_told_to_be_equal(ledgers: Ledgers) -> None:
    october = {"month": "2026-10", "totalSales": 9, "totalOrders": 1}
    found, lines, orders = told(ledgers, TRUE, october)
    assert (found, lines) == (0, ["10 figures of 2 months compared, 0 differ."])
    assert orders == [[*HEADER]]


def test_a_month_that_the_file_lacks_is_told(ledgers: Ledgers) -> None:
    _, lines, _ = told(ledgers, TRUE)
    assert lines[0] == "Store s-1, 2026-10: 1 orders, but the file does not have this month.\n"


@pytest.mark.parametrize(
    ("planted", "line", "first"),
    [
        (
            {"totalSales": "129.90"},
            "  totalSales: theirs 129.90, ours 149.90, difference +20.00",
            "    order o-2 adds 20.00 on 2026-11-22, COMPLETED  <- exactly the difference",
        ),
        (
            {"totalSales": "224.90"},
            "  totalSales: theirs 224.90, ours 149.90, difference -75.00",
            "    order refunded adds 0.00 on 2026-11-21, COMPLETED REFOUNDED  <- exactly the difference",
        ),
        (
            {"totalExpiredOrders": 0},
            "  totalExpiredOrders: theirs 0, ours 1, difference +1",
            "    order expired adds 1 on 2026-11-20, EXPIRED",
        ),
        (
            {"newCustomers": 2},
            "  newCustomers: theirs 2, ours 1, difference -1",
            "    customer c-2 adds 0 on 2026-11-20",
        ),
    ],
)
def test_a_planted_difference_is_found_with_its_orders(
    ledgers: Ledgers, planted: dict[str, Any], line: str, first: str
) -> None:
    found, lines, orders = told(ledgers, TRUE | planted)
    assert found == 1
    assert lines[0].startswith("Store s-1, 2026-11, as of ")
    assert lines[1:3] == [line, first]
    assert lines[-1] == "8 figures of 1 months compared, 1 differ."
    (figure,) = planted
    assert {row[2] for row in orders[1:]} == {figure}
    behind = [row[4] for row in orders[1:]]
    assert sorted(behind) == (
        ["c-1", "c-2"] if figure == "newCustomers" else ["expired", "o-1", "o-2", "refunded"]
    )


def test_only_the_most_asked_for_are_printed_and_all_are_in_the_file(ledgers: Ledgers) -> None:
    _, lines, orders = told(ledgers, TRUE | {"totalOrders": 5}, most=2)
    assert "    and 2 more" in lines
    assert len(orders) == 5


def test_a_month_without_anything_here_is_a_difference_without_orders(ledgers: Ledgers) -> None:
    found, lines, _ = told(ledgers, {"month": "2025-01", "totalOrders": 3})
    assert found == 1
    assert lines[1] == "  totalOrders: theirs 3, ours 0, difference -3"


def test_what_can_not_be_compared_is_refused_before_anything_is(ledgers: Ledgers) -> None:
    with pytest.raises(CountersUnreadable, match="expected at most 2 decimals"):
        told(ledgers, TRUE, {"month": "2026-10", "totalSales": "1.001"})
    with pytest.raises(CountersUnreadable, match="expected a store that exists, got 's-9'"):
        compare(b"month,totalOrders\n2026-11,1\n", "s-9", ledgers, Report(say=pytest.fail, most=1))


def test_the_command_says_what_differs_by_its_status_and_what_is_wrong(
    ledgers: Ledgers,  # noqa: ARG001 - it fills the store
    project: str,
    firestore_host: str,
    tmp_path: Path,
) -> None:
    environment = os.environ | {"GOOGLE_CLOUD_PROJECT": project, "FIRESTORE_EMULATOR_HOST": firestore_host}

    def run(text: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "old.csv"
        file.write_text(text, "utf-8")
        command = [sys.executable, "-m", "infra.compare", "--store", "s-1", str(file)]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    equal, differs, wrong = (run(f"month,totalOrders\n2026-11,{orders}\n") for orders in (4, 5, "many"))
    assert (equal.returncode, equal.stderr) == (0, "")
    assert (differs.returncode, differs.stderr) == (1, "")
    assert "  totalOrders: theirs 5, ours 4, difference -1\n" in differs.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "")
    said = "Error: old.csv:\nline 2: totalOrders: expected a whole number, got 'many'\n"
    assert wrong.stderr == said
