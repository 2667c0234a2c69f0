"""Baskets and what is remembered of lookups, as fields of documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.documents.profiles import profile_fields, read_profile
from shared.domain.basket import Basket, LookupSource, LookupStatus
from shared.domain.instants import EPOCH
from shared.domain.lookup import Answer, LookupEntry


def basket_fields(basket: Basket, kept_for: timedelta) -> dict[str, Any]:
    """Return the whole basket as document fields."""
    return {
        "basketId": basket.basket_id,
        "storeId": basket.store_id,
        "employeeId": basket.employee_id,
        "terminalId": basket.terminal_id,
        "startedAt": basket.started_at,
        "status": basket.status,
        "lookupStatus": str(basket.lookup_status),
        "lookupAttempts": basket.lookup_attempts,
        "requestHash": basket.request_hash,
        "customerId": basket.customer_id,
        "customerName": basket.customer_name,
        "lookupSource": basket.lookup_source and str(basket.lookup_source),
        "foundAt": basket.found_at,
        "expireAt": basket.started_at + kept_for,
    }


def read_basket(fields: Mapping[str, Any]) -> Basket:
    """Return the basket in a document; the inverse of `basket_fields`."""
    source = fields.get("lookupSource")
    return Basket(
        basket_id=fields["basketId"],
        store_id=fields["storeId"],
        employee_id=fields["employeeId"],
        terminal_id=fields["terminalId"],
        started_at=fields["startedAt"],
        status=fields["status"],
        lookup_status=LookupStatus(fields["lookupStatus"]),
        lookup_attempts=fields.get("lookupAttempts", 0),
        request_hash=fields.get("requestHash"),
        customer_id=fields.get("customerId"),
        customer_name=fields.get("customerName"),
        lookup_source=LookupSource(source) if source else None,
        found_at=fields.get("foundAt"),
    )


def entry_fields(entry: LookupEntry, kept_for: timedelta) -> dict[str, Any]:
    """Return what is remembered of one identifier as document fields."""
    answer = entry.answer
    times = (answer and answer.asked_at, entry.leased_until, entry.failed_at)
    return {
        "askedAt": answer and answer.asked_at,
        "callId": answer and answer.call_id,
        "profile": answer and profile_fields(answer.profile),
        "leasedUntil": entry.leased_until,
        "failedAt": entry.failed_at,
        "refusedAt": entry.refused_at,
        "expireAt": max((at for at in times if at), default=EPOCH) + kept_for,
    }


def read_entry(fields: Mapping[str, Any]) -> LookupEntry:
    """Return what a document remembers; the inverse of `entry_fields`, and blank where there is none."""
    answer = None
    if asked_at := fields.get("askedAt"):
        profile = read_profile(fields["profile"])
        answer = Answer(asked_at=asked_at, profile=profile, call_id=fields.get("callId"))
    return LookupEntry(
        answer=answer,
        leased_until=fields.get("leasedUntil"),
        failed_at=fields.get("failedAt"),
        refused_at=fields.get("refusedAt"),
    )
