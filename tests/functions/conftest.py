"""Every function as the framework serves it, on real emulators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import functions_framework
import pytest
from flask import Flask

from emulator.topology import read_topology
from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from tests.functions.dashboard_client import Crowd
from tests.functions.messages import PubSub
from tests.functions.till_client import Till
from tests.functions.tokens import Issuer, serve_issuer
from tests.issuer_site import AUDIENCE
from tests.played_api import PlayedApi

ROOT = Path(__file__).resolve().parents[2]
Forget = Callable[[], None]


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """Return the app of each function of the topology, by entry point."""
    functions = read_topology(ROOT / "infra" / "topology.json").functions
    return {
        function.entry_point: functions_framework.create_app(  # type: ignore[no-untyped-call]
            function.entry_point, str(ROOT / function.source / "main.py")
        )
        for function in functions
    }


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    with serve_issuer() as serving:
        yield serving


@pytest.fixture
def store_id(project: str) -> str:
    """Return the id of a store that no other test uses; it needs care wherever ids are written."""
    return f"{project}/ü.1"


@pytest.fixture
def instance(
    project: str, firestore_host: str, valkey_url: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Forget]:
    """Set the environment of a fresh instance; return what makes the next call one of another instance."""
    environment = {
        "AUTH_AUDIENCE": AUDIENCE,
        "AUTH_ISSUER": issuer.url,
        "AUTH_JWKS_URL": issuer.jwks_url,
        "DEFAULT_TIMEZONE": "America/Sao_Paulo",
        "DEFER": "never",  # on a busy machine, every store is hot
        "FIRESTORE_EMULATOR_HOST": firestore_host,
        "GOOGLE_CLOUD_PROJECT": project,
        "LOOKUP_SALT": "salt",
        "PSEUDONYM_SALT": "salt",
        "VALKEY_URL": valkey_url,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _forget()
    yield _forget
    _forget()


@pytest.fixture
def pubsub(
    project: str,
    instance: Forget,  # noqa: ARG001 - the environment comes first
    pubsub_host: str,
    monkeypatch: pytest.MonkeyPatch,
) -> PubSub:
    """Return the project's Pub/Sub, with every topic that the functions publish to."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_host)
    opened = PubSub(pubsub_host, project)
    opened.open(DEAD_LETTERS)
    opened.open("customer-metrics-updated")
    opened.open("fold")
    return opened


@pytest.fixture
def crowd(apps: dict[str, Flask], instance: Forget, issuer: Issuer) -> Crowd:  # noqa: ARG001
    """Return those who ask the dashboard's API."""
    return Crowd(apps["dashboard"], issuer)


@pytest.fixture
def till(
    apps: dict[str, Flask],
    issuer: Issuer,
    pubsub: PubSub,
    store_id: str,
    instance: Forget,
    customer_api: PlayedApi,
    monkeypatch: pytest.MonkeyPatch,
) -> Till:
    """Return a till of a store, with a customer API behind it."""
    monkeypatch.setenv("CUSTOMER_API_ENDPOINT", customer_api.endpoint)
    monkeypatch.setenv("LOCAL_STACK", "1")
    instance()
    pubsub.open("basket-started")
    pubsub.open("customer-data-fetched")
    return Till(apps, issuer, pubsub, store_id)


def _forget() -> None:
    if runtime.firestore.cache_info().currsize:
        runtime.firestore().close()  # type: ignore[no-untyped-call]
    if runtime.publisher.cache_info().currsize:
        runtime.publisher()._client.transport.close()  # type: ignore[no-untyped-call]
    runtime.reset()
    # The handler writes to the standard output of when it was made; and pytest gives one of its own to each
    # logger that does not propagate, for which there is then no need of another.
    log = logging.getLogger("tillpulse")
    log.handlers.clear()
    log.propagate = True
