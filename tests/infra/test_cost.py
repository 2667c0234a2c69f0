"""The cost model counts what the ledger really does."""

from __future__ import annotations

import pytest

from infra.cost import count, price, report
from tests.infra.configuration import ROOT


def test_an_order_costs_what_the_design_allows() -> None:
    counts = count(100)
    assert counts["events"] == 220
    assert counts["reads"] / counts["events"] <= 1
    assert counts["calls"] / counts["events"] <= 2
    assert counts["writes"] == 2 * 100 * 5 + 2 * 20, (
        "entry, month, customer, two products; a coupon and its month with the sale"
    )


def test_prices_are_of_a_million_orders() -> None:
    counts = {"reads": 1, "writes": 10, "events": 2, "published": 4, "archived": 3}
    prices = {
        "firestoreReadsPer100k": 0.5, "firestoreWritesPer100k": 1.0, "functionVcpuSecond": 0.0,
        "functionGibSecond": 0.0, "functionRequestsPerMillion": 2.0, "pubsubPerTib": 1.0,
        "pubsubToBigQueryPerTib": 2.0, "cacheNodeHour": 1.0,
    }  # fmt: skip
    priced = price(counts, 1, prices)
    assert priced["Firestore reads"] == pytest.approx(5.0)
    assert priced["Firestore writes"] == pytest.approx(100.0)
    assert priced["Functions"] == pytest.approx(4.0)
    assert priced["Pub/Sub"] == pytest.approx((4 + 2 + 2 * 3) * 1_000_000 * 1024 / 2**40)
    assert priced["Valkey, a month"] == pytest.approx(730.0)


def test_the_page_about_speed_says_what_the_model_says() -> None:
    assert "\n".join(report()) in (ROOT / "docs" / "SPEED.md").read_text(encoding="utf-8")
