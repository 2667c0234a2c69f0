"""The real objects of an instance, each built on first use. Nothing else builds them.

Imports stand in the functions: an instance loads only what it uses, which is most of a cold start. The file
is long because there is only one: a builder after the other, each read by itself.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from typing import TYPE_CHECKING

from shared.errors import SettingsError, TransientError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opentelemetry.sdk.trace.export import SpanExporter

    from shared.adapters.auth import TokenVerifier
    from shared.adapters.customer_api import CustomerApi
    from shared.adapters.firestore.audit import FirestoreAudit
    from shared.adapters.firestore.client import Client
    from shared.adapters.firestore.customer_data import FirestoreCustomerData
    from shared.adapters.firestore.customers import FirestoreCustomers
    from shared.adapters.firestore.dead_letters import FirestoreDeadLetters
    from shared.adapters.firestore.deltas import FirestoreDeltas
    from shared.adapters.firestore.documents import FirestoreDocuments
    from shared.adapters.firestore.left_behind import FirestoreLeftBehind
    from shared.adapters.firestore.lookup_calls import FirestoreLookupCalls
    from shared.adapters.firestore.missing_orders import FirestoreMissingOrders
    from shared.adapters.firestore.orders import FirestoreOrders
    from shared.adapters.firestore.outbox import FirestoreOutbox
    from shared.adapters.firestore.stores import FirestoreStores
    from shared.adapters.firestore.tallies import FirestoreTallies
    from shared.adapters.firestore.unpaid_orders import FirestoreUnpaidOrders
    from shared.adapters.openid import OpenIdIssuer
    from shared.adapters.pubsub import Publisher
    from shared.adapters.quota import Quota
    from shared.adapters.valkey import ValkeyCache
    from shared.audit.trail import AuditTrail
    from shared.baskets.look_up_customer import CustomerLookup
    from shared.baskets.lookup_configuration import LookupConfiguration
    from shared.baskets.start_basket import BasketStarter
    from shared.customers.cards import CustomerCards
    from shared.customers.erase import Dependencies as ErasureDependencies
    from shared.customers.erasures import Erasures
    from shared.customers.warm_cards import Dependencies as Warming
    from shared.dead_letters.box import DeadLetterBox
    from shared.dead_letters.publish import DeadLetters
    from shared.domain.pseudonym import Pseudonyms
    from shared.ledger.deferral import Deferral
    from shared.ledger.fold import Folder
    from shared.ledger.group_commit import Follow, GroupCommit
    from shared.ledger.in_flight import Arrivals
    from shared.ledger.ledger import Ledger
    from shared.reconcile.run import Dependencies
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
def traces() -> None:
    """Record spans, where the settings ask for it."""
    wanted = settings().traces
    if wanted is None:
        return
    from shared import tracing

    exporter, share = wanted
    log().addFilter(tracing.stamp)
    tracing.start(_span_exporter(exporter), share, settings().project)


def _span_exporter(name: str) -> SpanExporter:
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    from opentelemetry.exporter.cloud_trace import CloudTraceSpanExporter

    exporter: SpanExporter = CloudTraceSpanExporter(project_id=settings().project)  # type: ignore[no-untyped-call]
    return exporter


@cache
def firestore() -> Client:
    from shared.adapters.firestore.client import connect

    return connect(settings().project, settings().firestore_database)


@cache
def documents() -> FirestoreDocuments:
    from shared.adapters.firestore.documents import FirestoreDocuments

    return FirestoreDocuments(firestore())


@cache
def stores() -> FirestoreStores:
    from shared.adapters.firestore.stores import FirestoreStores

    timezone = settings().default_timezone if settings().events_create_stores else None
    return FirestoreStores(firestore(), timezone)


@cache
def ledger() -> Ledger:
    from shared.ledger.ledger import Ledger

    return Ledger(documents(), stores())


@cache
def arrivals() -> Arrivals:
    from shared.ledger.in_flight import Arrivals

    return Arrivals()


@cache
def group_commit() -> GroupCommit:
    """Return what commits registrations, which change no card."""
    from shared.ledger.group_commit import nothing_follows

    return _group_commit(nothing_follows)


@cache
def order_group_commit() -> GroupCommit:
    from functools import partial

    from shared.ledger.update_cards import update_cards

    return _group_commit(partial(update_cards, cards()))


def _group_commit(follow: Follow) -> GroupCommit:
    from shared.ledger.group_commit import GroupCommit
    from shared.ledger.ledger import Ledger

    return GroupCommit(
        Ledger(deferral(), stores()),
        arrivals(),
        wait_s=settings().group_wait_ms / 1000,
        follow=deferral().following(follow),
    )


@cache
def deferral() -> Deferral:
    from datetime import UTC, datetime
    from functools import partial

    from shared.ledger.deferral import Deferral

    return Deferral(documents(), settings().defer, wake=wake_folder, clock=partial(datetime.now, UTC))


@cache
def deltas() -> FirestoreDeltas:
    from shared.adapters.firestore.deltas import FirestoreDeltas

    return FirestoreDeltas(firestore())


@cache
def folder() -> Folder:
    from datetime import UTC, datetime
    from functools import partial

    from shared.ledger.fold import Folder

    clock = partial(datetime.now, UTC)
    return Folder(deltas(), documents(), wake=wake_folder, clock=clock)


def wake_folder(store_id: str, *, since: datetime | None = None) -> None:
    from datetime import UTC, datetime

    from shared.messages.fold_asked import ask_to_fold

    ask_to_fold(publisher(), store_id, datetime.now(UTC), since)


@cache
def tallies() -> FirestoreTallies:
    from shared.adapters.firestore.tallies import FirestoreTallies

    return FirestoreTallies(firestore(), settings().most_range_reads)


@cache
def customers() -> FirestoreCustomers:
    from shared.adapters.firestore.customers import FirestoreCustomers

    return FirestoreCustomers(firestore())


@cache
def orders() -> FirestoreOrders:
    from shared.adapters.firestore.orders import FirestoreOrders

    return FirestoreOrders(firestore())


@cache
def valkey() -> ValkeyCache:
    # A restored database has a name of its own, and is behind the cards of the former one.
    options = (settings().threads, f"{settings().firestore_database} ")
    if instance := settings().memorystore_instance:
        from shared.adapters.memorystore import connect_instance

        return connect_instance(instance, *options)
    from shared.adapters.valkey import connect_url

    return connect_url(settings().valkey_url, *options)


@cache
def cards() -> CustomerCards:
    from shared.customers.cards import CustomerCards, Dependencies

    return CustomerCards(valkey(), Dependencies(customers=customers, stores=stores, publisher=publisher))


@cache
def warming() -> Warming:
    from shared.adapters.firestore.card_passes import FirestoreCardPasses
    from shared.customers.warm_cards import Dependencies

    return Dependencies(
        cache=valkey(),
        cards=cards(),
        customers=customers(),
        documents=documents(),
        passes=FirestoreCardPasses(firestore()).some,
        stores=stores(),
    )


@cache
def pseudonyms() -> Pseudonyms:
    from shared.domain.pseudonym import Pseudonyms

    if not settings().pseudonym_salt:
        raise SettingsError("PSEUDONYM_SALT: expected a secret text, got nothing")
    return Pseudonyms(salt=settings().pseudonym_salt)


@cache
def erasures() -> Erasures:
    from datetime import UTC, datetime
    from functools import partial

    from shared.customers.erasures import Erasures

    return Erasures(documents(), pseudonyms(), clock=partial(datetime.now, UTC))


@cache
def customer_data() -> FirestoreCustomerData:
    from shared.adapters.firestore.customer_data import FirestoreCustomerData

    return FirestoreCustomerData(firestore())


@cache
def erasure_dependencies() -> ErasureDependencies:
    from datetime import UTC, datetime
    from functools import partial

    from shared.customers.erase import Dependencies

    return Dependencies(
        documents=documents(),
        data=customer_data(),
        ledger=ledger(),
        cards=cards(),
        erasures=erasures(),
        clock=partial(datetime.now, UTC),
    )


@cache
def publisher() -> Publisher:
    from shared.adapters.pubsub import Publisher

    return Publisher(settings().project)


@cache
def dead_letters() -> DeadLetters:
    from shared.dead_letters.publish import DeadLetters

    return DeadLetters(publisher())


@cache
def kept_letters() -> FirestoreDeadLetters:
    from shared.adapters.firestore.dead_letters import FirestoreDeadLetters

    return FirestoreDeadLetters(firestore())


@cache
def dead_letter_box() -> DeadLetterBox:
    from shared.dead_letters.box import DeadLetterBox

    return DeadLetterBox(kept_letters(), publisher)


@cache
def unpaid_orders() -> FirestoreUnpaidOrders:
    from shared.adapters.firestore.unpaid_orders import FirestoreUnpaidOrders

    return FirestoreUnpaidOrders(firestore())


@cache
def missing_orders() -> FirestoreMissingOrders:
    from shared.adapters.firestore.missing_orders import FirestoreMissingOrders

    return FirestoreMissingOrders(firestore())


@cache
def basket_starter() -> BasketStarter:
    from shared.baskets.start_basket import BasketStarter

    return BasketStarter(documents(), publisher(), settings().retention, log())


@cache
def basket_quota() -> Quota:
    from shared.adapters.quota import Quota

    return Quota(
        "basket",
        valkey(),
        per_subject=settings().subject_baskets_per_minute,
        per_store=settings().store_baskets_per_minute,
        log=log(),
    )


@cache
def range_quota() -> Quota:
    from shared.adapters.quota import Quota

    return Quota(
        "range",
        valkey(),
        per_subject=settings().subject_range_months_per_minute,
        per_store=settings().store_range_months_per_minute,
        log=log(),
    )


@cache
def outbox() -> FirestoreOutbox:
    from shared.adapters.firestore.outbox import FirestoreOutbox

    return FirestoreOutbox(firestore())


@cache
def lookup_configuration() -> LookupConfiguration:
    from shared.baskets.lookup_configuration import LookupConfiguration

    return LookupConfiguration(
        documents(),
        local=settings().local_stack,
        origins=settings().customer_api_origins,
        default_endpoint=settings().customer_api_endpoint,
        log=log(),
    )


@cache
def customer_api() -> CustomerApi:
    from shared.adapters.customer_api import CustomerApi

    return CustomerApi(local=settings().local_stack, tokens=settings().customer_api_tokens)


def lookup_salt() -> str:
    if salt := settings().lookup_salt:
        return salt
    raise SettingsError("LOOKUP_SALT: expected a secret text, got nothing")


@cache
def customer_lookup() -> CustomerLookup:
    from shared.baskets.look_up_customer import CustomerLookup, Dependencies

    return CustomerLookup(
        Dependencies(
            documents=documents(),
            stores=stores(),
            configuration=lookup_configuration(),
            api=customer_api,
            publisher=publisher,
            cards=cards,
            salt=lookup_salt(),
            retention=settings().retention,
        )
    )


@cache
def lookup_calls() -> FirestoreLookupCalls:
    from shared.adapters.firestore.lookup_calls import FirestoreLookupCalls

    return FirestoreLookupCalls(firestore())


@cache
def left_behind() -> FirestoreLeftBehind:
    from shared.adapters.firestore.left_behind import FirestoreLeftBehind

    return FirestoreLeftBehind(firestore())


@cache
def recount_dependencies() -> Dependencies:
    """Return what a run needs that repairs nothing."""
    from datetime import UTC, datetime
    from functools import partial

    from shared.adapters.firestore.store_snapshot import FirestoreStoreSnapshot
    from shared.reconcile.run import Dependencies, renew_nothing

    return Dependencies(
        documents=documents(),
        store_snapshot=partial(FirestoreStoreSnapshot, firestore()),
        refresh=renew_nothing,
        clock=partial(datetime.now, UTC),
    )


@cache
def repair_dependencies() -> Dependencies:
    return recount_dependencies()._replace(refresh=_rebuild_cards)


def _rebuild_cards(store_id: str, customer_ids: Collection[str]) -> None:
    from datetime import UTC, datetime, timedelta

    from shared.customers.warm_cards import request_passes

    try:
        cards().rebuild(store_id, *customer_ids)
    except TransientError:
        now = datetime.now(UTC)
        request_passes(documents(), [store_id], due_at=now, tell_since=now - timedelta(minutes=5))
        raise


@cache
def audit_trail() -> AuditTrail:
    from shared.audit.trail import AuditTrail

    return AuditTrail(documents, log())


@cache
def audit_entries() -> FirestoreAudit:
    from shared.adapters.firestore.audit import FirestoreAudit

    return FirestoreAudit(firestore())


@cache
def verifier() -> TokenVerifier:
    from shared.adapters.auth import TokenVerifier

    return TokenVerifier(settings())


@cache
def sign_in_issuer() -> OpenIdIssuer:
    from shared.adapters.openid import OpenIdIssuer

    return OpenIdIssuer(settings())


def reset() -> None:
    """Forget every object, so that the next use reads the environment again. For tests."""
    for build in list(globals().values()):
        if hasattr(build, "cache_clear"):
            build.cache_clear()
