"""What an admin may set of a store, and how the API shows it."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.segment import SegmentRule
from shared.entry.store_settings import StoreSettings, show_store
from shared.messages.validation import describe_errors

GOOD: dict[str, Any] = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}


def test_settings_are_shown_as_they_were_given() -> None:
    segments = {"recencyDays": [1, 2, 3, 4], "completedOrders": [1, 2, 3, 4], "spent": [10, 20, 30, 40]}
    store = StoreSettings.model_validate(GOOD | {"segments": segments}).store("s-1")
    assert show_store(store) == {"storeId": "s-1", **GOOD, "segments": segments}


def test_segments_have_a_default_rule() -> None:
    store = StoreSettings.model_validate(GOOD).store("s-1")
    assert tuple(store.segments.recency_days) == SegmentRule().recency_days
    assert tuple(store.segments.completed_orders) == SegmentRule().completed_orders
    assert store.segments.spent is None
    assert not store.has_orders


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "expected at least 1 character, got ''"),
        ({"name": "x" * 201}, "name", "expected at most 200 characters"),
        ({"name": "a\nb"}, "name", "expected no control characters"),
        ({"name": 5}, "name", "expected a valid string, got 5"),
        ({"timezone": "Brazil"}, "timezone", "expected an IANA time zone such as America/Sao_Paulo"),
        ({"timezone": "../zones"}, "timezone", "expected an IANA time zone such as America/Sao_Paulo"),
        ({"currency": "brl"}, "currency", "expected an ISO 4217 currency code such as BRL, got 'brl'"),
        ({"currency": "XAU"}, "currency", "expected an ISO 4217 currency code such as BRL, got 'XAU'"),
        ({"color": "red"}, "color", "Extra inputs are not permitted, got 'red'"),
        ({"segments": {"spent": [1, 2, 2, 3]}}, "segments.spent", "expected four rising numbers"),
        ({"segments": {"spent": [4, 3, 2, 1]}}, "segments.spent", "expected four rising numbers"),
        ({"segments": {"spent": [1, 2, 3]}}, "segments.spent", "expected at least 4 items"),
        ({"segments": {"recencyDays": [-1, 2, 3, 4]}}, "segments.recencyDays[0]", "expected greater than or"),
        (
            {"segments": {"recencyDays": ["1", 2, 3, 4]}},
            "segments.recencyDays[0]",
            "expected a valid integer",
        ),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        StoreSettings.model_validate(GOOD | changed)
    [(named, why)] = describe_errors(refused.value)
    assert named == field
    assert why.startswith(said)
    assert why.count(", got ") <= 1


@pytest.mark.parametrize("missing", GOOD)
def test_every_setting_is_required(missing: str) -> None:
    with pytest.raises(ValidationError) as refused:
        StoreSettings.model_validate({name: value for name, value in GOOD.items() if name != missing})
    assert list(describe_errors(refused.value)) == [(missing, "expected a value, got nothing")]
