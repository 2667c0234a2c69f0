"""How a figure differs from another period's."""

import pytest

from shared.domain.dashboard import change


@pytest.mark.parametrize(
    ("now", "before", "value", "percent"),
    [
        (3, 2, 1, 50.0),
        (2, 3, -1, -33.33),
        (0, 4, -4, -100.0),
        (4, 0, 4, None),
        (0, 0, 0, None),
        (5, 5, 0, 0.0),
        (0.3, 0.1, 0.2, 200.0),
        (1, 800, -799, -99.88),
        (1.05, 200.0, -198.95, -99.48),
        (12345678901.23, 12345678901.22, 0.01, 0.0),
    ],
)
def test_a_change_is_exact_and_rounded_only_in_per_cent(
    now: float, before: float, value: float, percent: float | None
) -> None:
    assert change({"x": now}, {"x": before}) == {"x": {"value": value, "percent": percent}}
