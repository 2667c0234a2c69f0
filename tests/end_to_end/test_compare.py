"""A shop compares its old counters with the running stack, as docs/MOVING.md says."""

from __future__ import annotations

from pathlib import Path

from emulator.stack import LocalStack
from tests.builders import an_order
from tests.end_to_end.client import Client
from tests.end_to_end.test_import import make, write


def test_a_planted_difference_is_found_and_its_order_named(stack: LocalStack, tmp_path: Path) -> None:
    client = Client(stack)
    completed = {"status": "COMPLETED", "occurredAt": "2024-03-01T12:00:00Z"}
    lines = [
        {
            "order": an_order(f"o-{n}", createdAt="2024-02-20T12:00:00Z", price=f"{n}0.00"),
            "statuses": [completed],
        }
        for n in (1, 2, 3)
    ]
    history = write(tmp_path / "history.jsonl", lines)
    assert make(stack, "import", history, f"STORE={client.store_id}").returncode == 0
    old = tmp_path / "old.csv"

    old.write_text("month,totalSales,totalCompletedOrders\n2024-02,60.00,3\n")
    equal = make(stack, "compare", f"FILE={old}", f"STORE={client.store_id}")
    assert (equal.returncode, equal.stdout) == (0, "2 figures of 1 months compared, 0 differ.\n")

    old.write_text("month,totalSales,totalCompletedOrders\n2024-02,40.00,2\n")
    behind = tmp_path / "orders.csv"
    told = make(stack, "compare", f"FILE={old}", f"STORE={client.store_id}", f"ORDERS={behind}")
    assert told.returncode == 2  # of make; the tool ends with 1
    sales = (
        "  totalSales: theirs 40.00, ours 60.00, difference +20.00\n    order o-2 adds 20.00 on 2024-02-20"
    )
    assert sales in told.stdout
    assert "  totalCompletedOrders: theirs 2, ours 3, difference +1" in told.stdout
    assert f"{client.store_id},2024-02,totalSales,order,o-3,30.00,2024-02-20,COMPLETED" in behind.read_text()

    old.write_text("month,totalSales\n2024-02,sixty\n")
    refused = make(stack, "compare", f"FILE={old}", f"STORE={client.store_id}")
    assert "line 2: totalSales: expected an amount such as 1234.50, got 'sixty'" in refused.stderr
