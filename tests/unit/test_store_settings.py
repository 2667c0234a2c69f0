"""What an admin may set of a store, and how the API shows it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.segment import SegmentRule
from shared.domain.store import Completion, Store
from shared.entry.store_settings import StoreSettings, show_store
from shared.messages.validation import describe_errors

GOOD: dict[str, Any] = {"name": "Aurora", "timezone": "America/Sao_Paulo", "currency": "BRL"}


SEGMENTS = {"recencyDays": [1, 2, 3, 4], "completedOrders": [1, 2, 3, 4], "spent": [10, 20, 30, 40]}


def change(known: Store | None, **given: Any) -> Store:
    """Return the store after a change to these settings."""
    return StoreSettings.model_validate(GOOD | given).change("s-1", known)


def test_settings_are_shown_as_they_were_given() -> None:
    store = change(None, segments=SEGMENTS, phoneRegion="BR", completesOn="fulfilment")
    shown = json.loads(json.dumps(show_store(store)))
    assert shown == {
        "storeId": "s-1",
        **GOOD,
        "segments": SEGMENTS,
        "phoneRegion": "BR",
        "completesOn": "fulfilment",
    }


def test_a_new_store_has_default_settings() -> None:
    store = change(None)
    assert (store.segments, store.phone_region, store.completes_on) == (SegmentRule(), None, "payment")
    assert not store.has_orders


def test_optional_settings_that_are_left_out_stay_and_null_resets_them() -> None:
    known = change(None, segments=SEGMENTS, phoneRegion="BR", completesOn="fulfilment")
    assert change(known, name="Boreal") == replace(known, name="Boreal")
    assert change(known, phoneRegion=None) == replace(known, phone_region=None)
    assert change(known, completesOn=None) == replace(known, completes_on=Completion.PAYMENT)
    assert change(known, segments=None) == replace(known, segments=SegmentRule())


def test_thresholds_that_are_left_out_stay_and_null_resets_them() -> None:
    known = change(None, segments=SEGMENTS)
    changed = change(known, segments={"recencyDays": [7, 14, 21, 28], "spent": None}).segments
    assert changed == replace(known.segments, recency_days=(7, 14, 21, 28), spent=None)
    reset = change(known, segments={"recencyDays": None, "completedOrders": None}).segments
    assert reset == replace(SegmentRule(), spent=known.segments.spent)


def test_settings_change_nothing_else_of_a_store() -> None:
    known = replace(change(None), has_orders=True, zoned_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert change(known, name="Boreal") == replace(known, name="Boreal")


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "expected at least 1 character, got ''"),
        ({"name": "x" * 201}, "name", "expected at most 200 characters"),
        ({"name": "a\nb"}, "name", "expected no control characters"),
        ({"name": 5}, "name", "expected a valid string, got 5"),
        ({"timezone": "Brazil"}, "timezone", "expected an IANA time zone such as America/Sao_Paulo"),
        ({"timezone": "Factory"}, "timezone", "expected an IANA time zone such as America/Sao_Paulo"),
        ({"timezone": "../zones"}, "timezone", "expected an IANA time zone such as America/Sao_Paulo"),
        ({"currency": "brl"}, "currency", "expected an ISO 4217 currency code such as BRL, got 'brl'"),
        ({"currency": "XAU"}, "currency", "expected an ISO 4217 currency code such as BRL, got 'XAU'"),
        ({"color": "red"}, "color", "Extra inputs are not permitted, got 'red'"),
        (
            {"segments": {"spent": [1, 2, 2, 3]}},
            "segments.spent",
            "expected four rising numbers, got 1, 2, 2, 3",
        ),
        (
            {"segments": {"spent": [4, 3, 2, 1]}},
            "segments.spent",
            "expected four rising numbers, got 4, 3, 2, 1",
        ),
        ({"segments": {"spent": [1, 2, 3]}}, "segments.spent", "expected at least 4 items"),
        (
            {"segments": {"spent": [1, 2, 3, 2**63]}},
            "segments.spent[3]",
            f"expected less than {2**63}, got {2**63}",
        ),
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
