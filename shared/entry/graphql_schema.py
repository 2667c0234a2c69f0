"""The GraphQL API of the tills: start a basket, follow its lookup, see the customer."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import strawberry
from pydantic.alias_generators import to_camel
from strawberry.scalars import JSON
from strawberry.types import Info

from shared import runtime
from shared.adapters.quota import OverQuota
from shared.baskets.records import read_basket
from shared.baskets.start_basket import KeyReused, StartRequest
from shared.documents.paths import basket_path
from shared.domain import basket as domain
from shared.entry.tills import Caller, Refused, check, check_given, store_of

_TypeT = TypeVar("_TypeT")

strawberry.enum(domain.LookupStatus, description="How far the search for the customer has come.")


@strawberry.type(description="What the customer API tells of a customer.")
class Profile:
    name: str | None
    email: str | None
    phone: str | None
    loyalty_card: str | None


@strawberry.type(description="The customer's quick metrics, as on the dashboard; amounts in major units.")
class Metrics:
    currency: str | None
    total_orders: int
    total_completed_orders: int
    total_expired_orders: int
    total_refunded_orders: int
    total_spent: float
    average_ticket: float
    orders_with_coupon: int
    first_order_at: str | None
    last_order_at: str | None
    version: int
    updated_at: str


@strawberry.type(
    description="A customer. `tier` and `attributes` are as the customer API tells them: `attributes` are its"
    " other fields, at most 50 and 8 KiB."
)
class Customer:
    customer_id: str
    name: str | None
    store_id: strawberry.Private[str]

    @strawberry.field
    def profile(self) -> Profile | None:
        return _only(Profile, self.known) if self.known else None

    @strawberry.field
    def tier(self) -> str | None:
        return self.known.get("tier")

    @strawberry.field
    def attributes(self) -> JSON | None:
        return JSON(self.known["attributes"]) if self.known else None

    @strawberry.field
    def metrics(self) -> Metrics | None:
        return _only(Metrics, self.card) if self.card else None

    @property
    def known(self) -> Mapping[str, Any]:
        return (self.card or {}).get("profile") or {}

    @cached_property
    def card(self) -> dict[str, Any] | None:
        return runtime.cards().show(self.store_id, self.customer_id, datetime.now(UTC))[0]


@strawberry.type
class Basket:
    basket_id: str
    customer_id: str | None
    status: str
    lookup_status: domain.LookupStatus
    customer: Customer | None


def find_basket(info: Info, basket_id: str, store_id: str | None = None) -> Basket | None:
    store_id = store_of(_caller(info).viewer, store_id, "till", "viewer")
    [document] = runtime.documents().read([basket_path(store_id, check("basketId", basket_id))])
    return _show(read_basket(document.fields)) if document.exists else None


def find_customer(info: Info, customer_id: str, store_id: str | None = None) -> Customer | None:
    store_id = store_of(_caller(info).viewer, store_id, "till", "viewer")
    customer = Customer(customer_id=check("customerId", customer_id), name=None, store_id=store_id)
    if customer.card is None:
        return None
    customer.name = customer.known.get("name")
    return customer


def start_basket(
    info: Info,
    employee_id: int,
    terminal_id: str,
    customer_identifier: str | None = None,
    store_id: str | None = None,
) -> Basket:
    caller = _caller(info)
    request = StartRequest(
        store_id=store_of(caller.viewer, store_id, "till"),
        employee_id=employee_id,
        terminal_id=check("terminalId", terminal_id),
        customer_identifier=check_given("customerIdentifier", customer_identifier),
        # One document may start several baskets, each under a name of its own.
        key=(caller.viewer.identity, caller.key, str(info.path.key)) if caller.key else None,
    )
    if request.identifier:
        _count(request.store_id, caller.viewer.identity)
    try:
        return _show(runtime.basket_starter().start(request))
    except KeyReused:
        said = "the Idempotency-Key was used with other arguments; use a new one"
        raise Refused("IDEMPOTENCY_KEY_REUSED", said) from None


def _count(store_id: str, caller: str) -> None:
    try:
        runtime.basket_quota().take(store_id, caller)
    except OverQuota as error:
        said = f"too many baskets with a customerIdentifier; try again in {error.wait_s} s"
        raise Refused("RATE_LIMITED", said, retryAfterSeconds=error.wait_s) from None


@strawberry.type
class Query:
    basket: Basket | None = strawberry.field(
        resolver=find_basket, description="A basket; null if there is none of that id."
    )
    customer: Customer | None = strawberry.field(
        resolver=find_customer, description="A customer; null if there is none of that id."
    )


@strawberry.type
class Mutation:
    start_basket: Basket = strawberry.mutation(
        resolver=start_basket,
        description="Start a basket. Repeated with the same Idempotency-Key header, it starts one basket.",
    )


def _show(basket: domain.Basket) -> Basket:
    customer = None
    if basket.customer_id is not None:
        customer = Customer(
            customer_id=basket.customer_id, name=basket.customer_name, store_id=basket.store_id
        )
    return Basket(
        basket_id=basket.basket_id,
        customer_id=basket.customer_id,
        status=basket.status,
        lookup_status=basket.lookup_status,
        customer=customer,
    )


def _caller(info: Info) -> Caller:
    caller: Caller = info.context
    return caller


def _only(kind: type[_TypeT], known: Mapping[str, Any]) -> _TypeT:
    """Return the type made of those of the values that it has."""
    return kind(**{field.name: known.get(to_camel(field.name)) for field in fields(kind)})  # type: ignore[arg-type]
