"""The configuration in force: read again, and the last good one kept."""

from __future__ import annotations

import logging

import pytest
from google.cloud.firestore import Client

from shared.adapters.firestore.documents import FirestoreDocuments
from shared.baskets.lookup_config import CONFIG, LookupConfiguration
from shared.errors import LookupFailed, StoreUnavailable

ENDPOINT = "https://api.example.com/customers"


class Admin:
    """Edits the document by hand, past every check."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.now = 0.0

    def edit(self, **fields: object) -> None:
        self.client.document(*CONFIG).set(fields)

    def instance(self, default: str | None = None) -> LookupConfiguration:
        log = logging.getLogger("test")
        return LookupConfiguration(
            FirestoreDocuments(self.client),
            local=False,
            default_endpoint=default,
            log=log,
            clock=lambda: self.now,
        )


@pytest.fixture
def admin(client: Client) -> Admin:
    return Admin(client)


def test_without_any_configuration_lookups_wait(admin: Admin) -> None:
    with pytest.raises(LookupFailed, match="not configured"):
        admin.instance().current()
    assert admin.instance().stored() is None


def test_the_environment_names_an_endpoint_until_there_is_a_document(admin: Admin) -> None:
    assert admin.instance(ENDPOINT).current().api_endpoint == ENDPOINT
    admin.edit(api_endpoint=f"{ENDPOINT}/v2", timeout_seconds=2.0)
    assert admin.instance(ENDPOINT).current().api_endpoint == f"{ENDPOINT}/v2"


def test_an_edit_is_in_force_within_a_minute(admin: Admin) -> None:
    running = admin.instance()
    admin.edit(api_endpoint=ENDPOINT)
    assert running.current().timeout_seconds == 5
    admin.edit(api_endpoint=ENDPOINT, timeout_seconds=1)
    admin.now = 60
    assert running.current().timeout_seconds == 1


def test_a_broken_edit_leaves_the_last_good_configuration_also_to_new_instances(admin: Admin) -> None:
    running = admin.instance()
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=4)
    running.current()
    for broken in ({"api_endpoint": "http://169.254.169.254/"}, {"retry_attempts": "many"}, {}):
        admin.edit(**broken)
        admin.now += 60
        for instance in (running, admin.instance()):
            assert instance.current().retry_attempts == 4


def test_a_stray_key_breaks_nothing(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=4, stray="key")
    assert admin.instance().current().retry_attempts == 4


def test_what_is_put_is_in_force_at_once_and_mends_a_broken_document(admin: Admin) -> None:
    admin.edit(api_endpoint="nonsense", stray="key")
    running = admin.instance()
    running.put(running.parse({"api_endpoint": ENDPOINT, "retry_attempts": 3}))
    assert running.current().retry_attempts == 3
    stored = admin.instance().stored()
    assert stored is not None
    assert stored.retry_attempts == 3


def test_firestore_away_leaves_the_last_good_configuration(
    admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.edit(api_endpoint=ENDPOINT)
    running = admin.instance()
    running.current()
    monkeypatch.setattr(FirestoreDocuments, "read", _away)
    admin.now = 60
    assert running.current().api_endpoint == ENDPOINT


def _away(*_: object) -> None:
    raise StoreUnavailable("away")
