"""Customers and coupons of a store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from shared import runtime
from shared.domain.customer_metrics import customer_card, customer_metrics
from shared.domain.customer_state import CustomerState
from shared.domain.dashboard import show_coupon
from shared.domain.store import Store
from shared.entry import audit
from shared.entry.cursor import write_cursor
from shared.entry.problem import Problem
from shared.entry.queries import CustomerSearch, CustomersQuery, PageQuery, StoreQuery
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import VIEWER, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.customers import CardShown, CouponPage, CustomerPage, CustomersFound

routes = Blueprint("customers", __name__)


@routes.get("/store/customers/<id:customer_id>/metrics")
@Endpoint(
    VIEWER,
    query=StoreQuery,
    conditional=True,
    statuses={HTTPStatus.NOT_FOUND: "The store has no such customer."},
)
def show_customer(customer_id: str, query: StoreQuery) -> Answer[CardShown]:
    """Show a customer's card: quick metrics, from Valkey where it has them.

    `X-Cache` is `HIT`, `MISS`, or `BYPASS` while Valkey is down.
    """
    card, source = runtime.cards().show(query.store_id, customer_id, datetime.now(UTC))
    if card is None:
        detail = f"no customer {customer_id!r} in store {query.store_id!r}"
        raise Problem(HTTPStatus.NOT_FOUND, detail, headers={"X-Cache": source})
    response = answer_json(card)
    response.headers["X-Cache"] = source
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@routes.get("/store/customers")
@Endpoint(VIEWER, query=CustomersQuery, statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def list_customers(query: CustomersQuery) -> Answer[CustomerPage]:
    """List a store's customers, the best first."""
    store = find_store(query.store_id)
    found, following = runtime.customers().page(query.store_id, query.sort, query.limit, query.cursor)
    return answer_json({"customers": _cards(store, found), "nextCursor": write_cursor(following)})


@routes.post("/store/customers/search")
@Endpoint(
    VIEWER,
    query=StoreQuery,
    body=CustomerSearch,
    audited="customers.searched",
    statuses={HTTPStatus.NOT_FOUND: NO_STORE},
)
def search_customers(query: StoreQuery, body: CustomerSearch) -> Answer[CustomersFound]:
    """Search a store's customers by id, name, e-mail address, phone number or loyalty card.

    An id, an address, a number and a card are found whole; an e-mail address in any case, a phone number with
    or without its country code, a card with or without spaces. A name is found by the beginnings of its
    words, in any order, without case and accents. Ids find every customer, all else those whose profile a
    lookup brought.

    The text is kept nowhere: the audit trail tells who searched, and how many were found.
    """
    # Only who searches waits for it to load.
    from shared.customers.search import search_customers as search
    from shared.domain.customer_search import SearchTokens
    from shared.domain.phone_region import region_of_store

    store = find_store(query.store_id)
    tokens = SearchTokens(salt=runtime.lookup_salt(), store_id=store.store_id, region=region_of_store(store))
    found = search(runtime.customers(), tokens, body.text)
    audit.told({"found": len(found.customers), "more": found.more})
    return answer_json({"customers": _cards(store, found.customers), "more": found.more})


@routes.get("/store/coupons")
@Endpoint(VIEWER, query=PageQuery, statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def list_coupons(query: PageQuery) -> Answer[CouponPage]:
    """List a store's coupons of all time, those with the highest sales first."""
    store = find_store(query.store_id)
    found, following = runtime.customers().coupons(query.store_id, query.limit, query.cursor)
    coupons = [show_coupon(coupon, store.currency) for coupon in found]
    return answer_json(
        {"currency": store.currency, "coupons": coupons, "nextCursor": write_cursor(following)}
    )


def _cards(store: Store, found: Iterable[tuple[str, CustomerState]]) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [
        customer_card(customer_metrics(store, customer_id, state), store.timezone, store.segments, now)
        | ({"profile": state.profile} if state.profile else {})
        for customer_id, state in found
    ]
