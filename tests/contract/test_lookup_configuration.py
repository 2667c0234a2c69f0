"""The configuration in force: read again, and the last good one kept."""

from __future__ import annotations

import logging

import pytest
from pydantic import ValidationError

from shared.adapters.firestore.client import Client
from shared.adapters.firestore.documents import FirestoreDocuments
from shared.baskets.api_shape import AnswerShape, RequestShape
from shared.baskets.lookup_config import LookupConfig, StoreLookupConfig
from shared.baskets.lookup_configuration import CONFIG, LookupConfiguration
from shared.documents.paths import store_path
from shared.domain.api_origins import ApiOrigin
from shared.errors import LookupFailed, StoreUnavailable

ENDPOINT = "https://api.example.com/customers"
OWN = "https://s-1.example.com/customers"


class Admin:
    """Edits the document by hand, past every check."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.now = 0.0

    def edit(self, **fields: object) -> None:
        self.client.document(*CONFIG).set(fields)

    def edit_store(self, store_id: str, **fields: object) -> None:
        self.client.document(*store_path(store_id), *CONFIG).set(fields)

    def instance(self, default: str | None = None) -> LookupConfiguration:
        log = logging.getLogger("test")
        return LookupConfiguration(
            FirestoreDocuments(self.client),
            local=False,
            origins=[
                ApiOrigin(origin="https://api.example.com"),
                ApiOrigin(origin="https://s-1.example.com", stores=frozenset({"s-1"})),
            ],
            default_endpoint=default,
            log=log,
            clock=lambda: self.now,
        )


@pytest.fixture
def admin(client: Client) -> Admin:
    return Admin(client)


def test_without_any_configuration_lookups_wait(admin: Admin) -> None:
    with pytest.raises(LookupFailed, match="not configured"):
        admin.instance().current("s-1")
    assert admin.instance().stored() is None


def test_the_environment_names_an_endpoint_until_there_is_a_document(admin: Admin) -> None:
    assert admin.instance(ENDPOINT).current("s-1").api_endpoint == ENDPOINT
    admin.edit(api_endpoint=f"{ENDPOINT}/v2", timeout_seconds=2.0)
    assert admin.instance(ENDPOINT).current("s-1").api_endpoint == f"{ENDPOINT}/v2"


def test_an_edit_is_in_force_within_a_minute(admin: Admin) -> None:
    running = admin.instance()
    admin.edit(api_endpoint=ENDPOINT)
    assert running.current("s-1").timeout_seconds == 5
    admin.edit(api_endpoint=ENDPOINT, timeout_seconds=1)
    admin.now = 60
    assert running.current("s-1").timeout_seconds == 1


def test_a_broken_edit_leaves_the_last_good_configuration_also_to_new_instances(admin: Admin) -> None:
    running = admin.instance()
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=4)
    running.current("s-1")
    for broken in ({"api_endpoint": "http://169.254.169.254/"}, {"retry_attempts": "many"}, {}):
        admin.edit(**broken)
        admin.now += 60
        for instance in (running, admin.instance()):
            assert instance.current("s-1").retry_attempts == 4


def test_a_stray_key_breaks_nothing(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=4, stray="key")
    assert admin.instance().current("s-1").retry_attempts == 4


def test_what_is_put_is_in_force_at_once_and_mends_a_broken_document(admin: Admin) -> None:
    admin.edit(api_endpoint="nonsense", stray="key")
    running = admin.instance()
    config = {"api_endpoint": ENDPOINT, "retry_attempts": 3}
    running.put(LookupConfig.model_validate(config, context=running.context()))
    assert running.current("s-1").retry_attempts == 3
    stored = admin.instance().stored()
    assert stored is not None
    assert stored.retry_attempts == 3


def test_firestore_away_leaves_the_last_good_configuration(
    admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.edit(api_endpoint=ENDPOINT)
    running = admin.instance()
    running.current("s-1")
    monkeypatch.setattr(FirestoreDocuments, "read", _away)
    admin.now = 60
    assert running.current("s-1").api_endpoint == ENDPOINT


def test_a_store_goes_by_its_own_fields_and_else_by_the_default(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=3)
    admin.edit_store("s-1", timeout_seconds=1.5)
    running = admin.instance()
    ours, others = running.current("s-1"), running.current("s-2")
    assert (ours.timeout_seconds, ours.retry_attempts) == (1.5, 3)
    assert (others.timeout_seconds, others.retry_attempts) == (5, 3)
    admin.edit(api_endpoint=ENDPOINT, retry_attempts=4)
    admin.now = 60
    assert running.current("s-1").retry_attempts == 4


def test_a_store_may_have_an_endpoint_where_there_is_no_default(admin: Admin) -> None:
    admin.edit_store("s-1", api_endpoint=ENDPOINT)
    assert admin.instance().current("s-1").api_endpoint == ENDPOINT
    with pytest.raises(LookupFailed, match="not configured"):
        admin.instance().current("s-2")


def test_a_broken_edit_of_a_store_leaves_its_last_good_fields_and_other_stores_alone(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT)
    admin.edit_store("s-1", retry_attempts=4)
    running = admin.instance()
    running.current("s-1")
    for broken in ({"api_endpoint": "https://evil.test/"}, {"timeout_seconds": 30, "retry_attempts": 5}):
        admin.edit_store("s-1", **broken)
        admin.now += 60
        for instance in (running, admin.instance()):
            assert instance.current("s-1").retry_attempts == 4
            assert instance.current("s-2").retry_attempts == 2
        assert admin.instance().stored_of("s-1") == StoreLookupConfig.model_validate(broken)


def test_the_apis_shape_is_a_stores_own_as_a_whole(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT, answer={"customer_id": "/id", "tier": "/level"})
    running = admin.instance()
    running.put_of("s-1", StoreLookupConfig(answer=AnswerShape(customer_id="/data/id", tier=None)))
    ours, others = running.current("s-1").answer, running.current("s-2").answer
    assert (ours.customer_id, ours.tier, ours.name) == ("/data/id", None, "/name")
    assert (others.customer_id, others.tier) == ("/id", "/level")
    assert admin.instance().current("s-1").answer == ours


def test_a_store_words_requests_to_an_api_of_its_own_alone(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT)
    running = admin.instance()
    theirs = RequestShape(query={"identifier": "{identifier}", "storeId": "s-2"})
    with pytest.raises(ValidationError, match="serves all stores"):
        running.put_of("s-1", StoreLookupConfig(request=theirs))
    admin.edit_store("s-1", request=theirs.model_dump())
    assert admin.instance().current("s-1").request == RequestShape()
    admin.edit_store("s-1", request=theirs.model_dump(), api_endpoint=OWN)
    assert admin.instance().current("s-1").request == theirs


def test_a_broken_edit_of_the_apis_shape_leaves_the_last_good_one(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT, request={"path": "/v2/{identifier}"})
    running = admin.instance()
    running.current("s-1")
    broken: object
    for broken in ({"path": "v2"}, {"path": "/{identifier.value}"}, {"query": {}}, "v2", {"header": {}}):
        admin.edit(api_endpoint=ENDPOINT, request=broken)
        admin.now += 60
        for instance in (running, admin.instance()):
            assert instance.current("s-1").request.path == "/v2/{identifier}"


def test_a_default_that_does_not_go_together_with_a_stores_fields_stands_for_it_too(admin: Admin) -> None:
    admin.edit(api_endpoint=ENDPOINT)
    admin.edit_store("s-1", retry_attempts=5)
    admin.edit(api_endpoint=ENDPOINT, timeout_seconds=30, retry_attempts=1)
    assert admin.instance().current("s-1").retry_attempts == 1


def test_an_origin_that_is_no_longer_allowed_is_no_longer_called(admin: Admin) -> None:
    admin.edit(api_endpoint="https://gone.example.com/customers")
    with pytest.raises(LookupFailed, match="not configured"):
        admin.instance().current("s-1")
    assert admin.instance(ENDPOINT).current("s-1").api_endpoint == ENDPOINT


def _away(*_: object) -> None:
    raise StoreUnavailable("away")
