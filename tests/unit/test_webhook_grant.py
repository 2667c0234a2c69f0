"""Which notices a webhook secret may sign."""

from __future__ import annotations

import pytest

from shared.domain.webhook_grant import WebhookGrant

TWO_STORES = WebhookGrant(secret="x", stores=frozenset({"s-1", "s-2"}))
ALL_STORES = WebhookGrant(secret="x", stores=None)
CONNECTED = WebhookGrant(secret="x", stores=frozenset({"s-1"}), account="acct_1", livemode=False)


@pytest.mark.parametrize(
    ("grant", "store_id", "account", "livemode", "is_covered"),
    [
        (TWO_STORES, "s-1", None, True, True),
        (TWO_STORES, "s-2", None, True, True),
        (TWO_STORES, "s-3", None, True, False),
        (TWO_STORES, "s-1", "acct_1", True, False),
        (TWO_STORES, "s-1", None, False, False),
        (ALL_STORES, "s-3", None, True, True),
        (ALL_STORES, "s-3", "acct_1", True, False),
        (ALL_STORES, "s-3", None, False, False),
        (CONNECTED, "s-1", "acct_1", False, True),
        (CONNECTED, "s-2", "acct_1", False, False),
        (CONNECTED, "s-1", "acct_2", False, False),
        (CONNECTED, "s-1", None, False, False),
        (CONNECTED, "s-1", "acct_1", True, False),
    ],
)
def test_a_secret_speaks_for_its_stores_its_account_and_its_mode_alone(
    grant: WebhookGrant, store_id: str, account: str | None, livemode: bool, is_covered: bool
) -> None:
    assert grant.covers(store_id, account, livemode) is is_covered
