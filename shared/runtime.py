"""The real objects of an instance, each built on first use. Nothing else builds them.

Imports stand in the functions: an instance loads only what it uses, which is most of a cold start.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.cloud.firestore import Client

    from shared.adapters.auth import TokenVerifier
    from shared.adapters.firestore.customers import FirestoreCustomers
    from shared.adapters.firestore.stores import FirestoreStores
    from shared.adapters.firestore.tallies import FirestoreTallies
    from shared.adapters.pubsub import Publisher
    from shared.adapters.valkey import ValkeyCache
    from shared.customer_cards import CustomerCards
    from shared.dead_letters import DeadLetters
    from shared.ledger import Ledger
    from shared.settings import Settings


@cache
def settings() -> Settings:
    from shared.settings import read_settings

    return read_settings(os.environ)


@cache
def log() -> logging.Logger:
    from shared.logs import get_log

    return get_log(settings().log_level)


@cache
def firestore() -> Client:
    from shared.adapters.firestore.client import connect

    return connect(settings().project, settings().firestore_database)


@cache
def stores() -> FirestoreStores:
    from shared.adapters.firestore.stores import FirestoreStores

    return FirestoreStores(firestore(), settings().default_timezone)


@cache
def ledger() -> Ledger:
    from shared.adapters.firestore.documents import FirestoreDocuments
    from shared.ledger import Ledger

    return Ledger(FirestoreDocuments(firestore()), stores())


@cache
def tallies() -> FirestoreTallies:
    from shared.adapters.firestore.tallies import FirestoreTallies

    return FirestoreTallies(firestore())


@cache
def customers() -> FirestoreCustomers:
    from shared.adapters.firestore.customers import FirestoreCustomers

    return FirestoreCustomers(firestore())


@cache
def valkey() -> ValkeyCache:
    if instance := settings().memorystore_instance:
        from shared.adapters.memorystore import connect_instance

        return connect_instance(instance)
    from shared.adapters.valkey import connect_url

    return connect_url(settings().valkey_url)


@cache
def cards() -> CustomerCards:
    from shared.customer_cards import Backing, CustomerCards

    return CustomerCards(valkey(), Backing(customers=customers, stores=stores, publisher=publisher))


@cache
def publisher() -> Publisher:
    from shared.adapters.pubsub import Publisher

    return Publisher(settings().project)


@cache
def dead_letters() -> DeadLetters:
    from shared.dead_letters import DeadLetters

    return DeadLetters(publisher())


@cache
def verifier() -> TokenVerifier:
    from shared.adapters.auth import TokenVerifier

    return TokenVerifier(settings())


def reset() -> None:
    """Forget every object, so that the next use reads the environment again. For tests."""
    for build in list(globals().values()):
        if hasattr(build, "cache_clear"):
            build.cache_clear()
