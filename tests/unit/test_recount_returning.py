"""The recount of returning customers, by hand."""

from typing import Any

import pytest

from emulator.recount import Period, recount_returning
from tests.unit.wire_events import an_order, changed, created

EVENTS = [
    created(an_order("o-1", created_at="2026-10-31T12:00:00Z")),
    changed(9, "2026-11-02T12:00:00Z", "o-1"),
    created(an_order("o-2", created_at="2026-11-10T12:00:00Z")),
    created(an_order("o-3", created_at="2026-11-10T12:00:00Z", customer_id="c-2")),
    created(an_order("o-4", created_at="2026-11-10T12:00:00Z", customer_id="c-2")),
    created(an_order("o-5", created_at="2026-11-11T12:00:00Z", customer_id=None)),
    # 23:30 on 30 November in São Paulo.
    created(an_order("o-6", created_at="2026-12-01T02:30:00Z", customer_id="c-3")),
    changed(8, "2026-12-01T03:00:00Z", "unknown"),
]


@pytest.mark.parametrize(
    ("month", "timezone", "counts"),
    [
        ((2026, 10), "America/Sao_Paulo", (1, 1, 0, 0)),
        ((2026, 11), "America/Sao_Paulo", (4, 2, 2, 50)),
        ((2026, 11), "UTC", (3, 1, 2, 66.67)),
        ((2026, 12), "America/Sao_Paulo", (0, 0, 0, 0)),
    ],
)
def test_the_earliest_order_of_a_customer_is_the_first_and_guests_have_none(
    month: tuple[int, int], timezone: str, counts: tuple[Any, ...]
) -> None:
    found = recount_returning(EVENTS, store_id="s-1", timezone=timezone, period=Period.month(*month))
    names = ("ordersOfCustomers", "firstOrders", "returningOrders", "returningRate")
    assert {name: float(value) for name, value in found.items()} == dict(zip(names, counts, strict=True))


def test_another_store_has_none() -> None:
    found = recount_returning(EVENTS, store_id="s-2", timezone="UTC", period=Period.month(2026, 11))
    assert set(found.values()) == {0}
