"""The group of a customer, by thresholds."""

import pytest

from shared.domain.segment import SegmentRule, segment

RULE = SegmentRule(recency_days=(30, 60, 120, 240), completed_orders=(2, 3, 5, 8))


@pytest.mark.parametrize(
    ("days", "groups"),
    [
        # one order, 2, 3, 5, 8
        (0, ["NEW", "ACTIVE", "ACTIVE", "CHAMPIONS", "CHAMPIONS"]),
        (30, ["NEW", "ACTIVE", "ACTIVE", "CHAMPIONS", "CHAMPIONS"]),
        (31, ["PROMISING", "ACTIVE", "ACTIVE", "LOYAL", "CHAMPIONS"]),
        (60, ["PROMISING", "ACTIVE", "ACTIVE", "LOYAL", "CHAMPIONS"]),
        (61, ["ALMOST_LOST", "ALMOST_LOST", "NEEDS_ATTENTION", "LOYAL", "LOYAL"]),
        (120, ["ALMOST_LOST", "ALMOST_LOST", "NEEDS_ATTENTION", "LOYAL", "LOYAL"]),
        (121, ["DORMANT", "DORMANT", "AT_RISK", "AT_RISK", "PREVIOUSLY_LOYAL"]),
        (240, ["DORMANT", "DORMANT", "AT_RISK", "AT_RISK", "PREVIOUSLY_LOYAL"]),
        (241, ["DORMANT", "DORMANT", "AT_RISK", "PREVIOUSLY_LOYAL", "PREVIOUSLY_LOYAL"]),
    ],
)
def test_a_group_follows_from_recency_and_frequency(days: int, groups: list[str]) -> None:
    assert [segment(RULE, days, orders, 0) for orders in (1, 2, 3, 5, 8)] == groups
    assert [segment(RULE, days, orders, 0) for orders in (1, 2, 4, 7, 99)] == groups


@pytest.mark.parametrize(
    ("orders", "spent", "group"),
    [
        (1, 99.99, "NEW"),  # 1 and 1
        (1, 100, "ACTIVE"),  # 1 and 2: 1.5 is rounded up
        (1, 200, "ACTIVE"),  # 1 and 3
        (1, 300, "ACTIVE"),  # 1 and 4: 2.5 is rounded up
        (8, 400, "CHAMPIONS"),  # 5 and 5
        (8, 0, "ACTIVE"),  # 5 and 1
    ],
)
def test_money_counts_as_much_as_frequency_where_it_has_thresholds(
    orders: int, spent: float, group: str
) -> None:
    rule = SegmentRule(spent=(100, 200, 300, 400))
    assert segment(rule, 0, orders, spent) == group


@pytest.mark.parametrize(("days", "orders"), [(None, 0), (0, 0), (None, 3)])
def test_who_never_completed_an_order_is_a_prospect(days: int | None, orders: int) -> None:
    assert segment(RULE, days, orders, 1000) == "PROSPECTS"
