"""What may be asked to be reconciled."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.period import Month
from shared.entry.reconcile_requests import ReconcileRequest


def test_a_store_and_a_month_are_enough() -> None:
    asked = ReconcileRequest.model_validate({"storeId": "s/1", "month": "2026-11"})
    assert (asked.store_id, asked.parsed_month, asked.repair) == ("s/1", Month(2026, 11), False)


MONTHS = ("2026-13", "2026-00", "2026-1", "2026-11-01", "26-11-01", "1969-12", "9999-01", "", 202611, None)


@pytest.mark.parametrize(
    "changed",
    [{"month": month} for month in (*MONTHS, "\uff12\uff10\uff12\uff16-11", "2026W11")]
    + [{"storeId": ""}, {"repair": "yes"}, {"repair": 1}, {"timezone": "UTC"}],
)
def test_anything_else_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReconcileRequest.model_validate({"storeId": "s-1", "month": "2026-11"} | changed)
