"""The settings of payments and operations."""

import pytest

from shared.errors import SettingsError
from shared.settings import read_settings

PROJECT = {"GOOGLE_CLOUD_PROJECT": "demo"}


def test_an_order_has_a_day_and_a_run_takes_a_thousand() -> None:
    settings = read_settings(PROJECT)
    assert (settings.unpaid_after_hours, settings.most_expired_per_run) == (24, 1000)
    settings = read_settings(PROJECT | {"UNPAID_AFTER_HOURS": "72", "MOST_EXPIRED_PER_RUN": "5"})
    assert (settings.unpaid_after_hours, settings.most_expired_per_run) == (72, 5)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "8785", "1" * 5000, "\u0661"])
def test_a_time_that_is_none_is_named(text: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^UNPAID_AFTER_HOURS: expected a whole number from 1 to 8784, got"
    ):
        read_settings(PROJECT | {"UNPAID_AFTER_HOURS": text})


@pytest.mark.parametrize("text", ["new,old", "new\nold\n", " new , old ", "new,,\r\nold"])
def test_a_secret_and_the_one_that_it_replaces_stand_in_one_variable(text: str) -> None:
    settings = read_settings(PROJECT | {"BRAVIVE_WEBHOOK_SECRETS": text})
    assert settings.webhook_secrets == {"bravive": ("new", "old")}


def test_how_long_documents_of_baskets_are_kept_is_set_in_days() -> None:
    default, given = read_settings(PROJECT).retention, {"KEEP_BASKETS_DAYS": "1", "KEEP_LOOKUPS_DAYS": "2"}
    assert (default.baskets.days, default.lookups.days) == (90, 30)
    assert (default.lookup_calls.days, default.outbox.days) == (30, 30)
    given |= {"KEEP_LOOKUP_CALLS_DAYS": "3", "KEEP_OUTBOX_DAYS": "4"}
    kept = read_settings(PROJECT | given).retention
    days = (kept.baskets.days, kept.lookups.days, kept.lookup_calls.days, kept.outbox.days)
    assert days == (1, 2, 3, 4)
    for name in given:
        with pytest.raises(SettingsError, match=f"^{name}: expected a whole number from 1 to 3650, got '0'"):
            read_settings(PROJECT | {name: "0"})


def test_secrets_are_not_printed() -> None:
    settings = read_settings(PROJECT | {"BRAVIVE_WEBHOOK_SECRETS": "hidden"})
    assert "hidden" not in repr(settings)
