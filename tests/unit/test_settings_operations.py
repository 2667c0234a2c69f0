"""The settings of payments and operations."""

import pytest

from shared.domain.webhook_grant import WebhookGrant
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


def test_a_secret_and_the_one_that_it_replaces_stand_in_one_variable() -> None:
    text = """[
      {"secret": "new", "stores": ["s-1", "s-2"], "account": "acct_1", "livemode": false},
      {"secret": "old", "stores": "*"}
    ]"""
    new = WebhookGrant(secret="new", stores=frozenset({"s-1", "s-2"}), account="acct_1", livemode=False)
    old = WebhookGrant(secret="old", stores=None, account=None, livemode=True)
    settings = read_settings(PROJECT | {"BRAVIVE_WEBHOOK_SECRETS": text, "STRIPE_WEBHOOK_SECRETS": " \n"})
    assert settings.webhook_secrets == {"bravive": (new, old), "stripe": ()}


def test_how_long_documents_of_baskets_are_kept_is_set_in_days() -> None:
    default, given = read_settings(PROJECT).retention, {"KEEP_BASKETS_DAYS": "1", "KEEP_LOOKUPS_DAYS": "2"}
    assert (default.baskets.days, default.lookups.days) == (90, 30)
    assert (default.lookup_calls.days, default.outbox.days) == (90, 30)
    given |= {"LOOKUP_CALL_DAYS": "3", "KEEP_OUTBOX_DAYS": "4"}
    kept = read_settings(PROJECT | given).retention
    days = (kept.baskets.days, kept.lookups.days, kept.lookup_calls.days, kept.outbox.days)
    assert days == (1, 2, 3, 4)
    for name in given:
        with pytest.raises(SettingsError, match=f"^{name}: expected a whole number from 1 to 3650, got '0'"):
            read_settings(PROJECT | {name: "0"})


def test_secrets_are_not_printed() -> None:
    settings = read_settings(PROJECT | {"BRAVIVE_WEBHOOK_SECRETS": '[{"secret": "hidden", "stores": "*"}]'})
    assert "hidden" not in repr(settings)


A_LIST = 'expected a JSON list such as [{"secret": "…", "stores": ["s-1"]}]'
STORES = '[0].stores: expected a list of store ids, or "*" for all'
A_TEXT = "expected a text without white space around it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hidden,older", f"{A_LIST}, got no JSON"),
        ('"hidden"', f"{A_LIST}, got a text of 6"),
        ('["hidden"]', "[0]: expected an object, got a text of 6"),
        ('[{"hidden": "s-1"}]', "[0]: expected secret, stores, account and livemode alone, got 1 more"),
        ('[{"secret": "hidden"}]', f"{STORES}, got nothing"),
        ('[{"secret": "a", "stores": "hidden"}]', f"{STORES}, got a text of 6"),
        ('[{"secret": "a", "stores": []}]', f"{STORES}, got a list of 0"),
        ('[{"secret": "a", "stores": ["s-1", 2]}]', f"{STORES}, got a list of 2"),
        ('[{"secret": "a", "stores": "*"}, {"stores": "*"}]', f"[1].secret: {A_TEXT}, got nothing"),
        ('[{"secret": " hidden", "stores": "*"}]', f"[0].secret: {A_TEXT}, got a text of 7"),
        ('[{"secret": "", "stores": "*"}]', f"[0].secret: {A_TEXT}, got a text of 0"),
        ('[{"secret": "a", "stores": "*", "account": null}]', f"[0].account: {A_TEXT}, got null"),
        (
            '[{"secret": "a", "stores": "*", "livemode": "true"}]',
            "[0].livemode: expected true or false, got a text of 4",
        ),
        (
            '[{"secret": "a", "stores": "*", "livemode": 1}]',
            "[0].livemode: expected true or false, got a number",
        ),
    ],
)
def test_secrets_that_cannot_be_read_are_refused_without_being_shown(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(PROJECT | {"STRIPE_WEBHOOK_SECRETS": text})
    assert str(refused.value) == f"STRIPE_WEBHOOK_SECRETS: {said}"
    assert refused.value.__cause__ is None
    assert "hidden" not in str(refused.value)


def test_every_code_means_progress_unless_it_is_said_to_mean_unpaid() -> None:
    assert read_settings(PROJECT).unpaid_status_codes == frozenset()
    settings = read_settings(PROJECT | {"UNPAID_STATUS_CODES": "1, 2,99"})
    assert settings.unpaid_status_codes == {1, 2, 99}


@pytest.mark.parametrize("text", ["x", "1,", "1;2", "-1", "100", "8", "1,9", "10", "1.5", "\u0661"])
def test_codes_that_are_none_are_named(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(PROJECT | {"UNPAID_STATUS_CODES": text})
    assert str(refused.value) == (
        "UNPAID_STATUS_CODES: expected codes from 0 to 99 other than 8, 9, 10, separated by commas,"
        f" got {text!r}"
    )
