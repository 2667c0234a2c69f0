"""The GraphQL API of the tills: start a basket, follow its lookup, see the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from graphql import GraphQLResolveInfo
from pydantic.alias_generators import to_snake

from shared import runtime
from shared.adapters.quota import OverQuota
from shared.baskets.records import read_basket
from shared.baskets.start_basket import KeyReused, StartRequest
from shared.documents.paths import basket_path
from shared.domain import basket as domain
from shared.entry.tills import Caller, Refused, check, check_given, store_of

SCHEMA = '''
type Query {
  "A basket; null if there is none of that id."
  basket(basketId: String!, storeId: String): Basket
  "A customer; null if there is none of that id."
  customer(customerId: String!, storeId: String): Customer
}

type Mutation {
  "Start a basket. Repeated with the same Idempotency-Key header, it starts one basket."
  startBasket(employeeId: Int!, terminalId: String!, customerIdentifier: String, storeId: String): Basket!
}

type Basket {
  basketId: String!
  customerId: String
  status: String!
  lookupStatus: LookupStatus!
  customer: Customer
}

"How far the search for the customer has come."
enum LookupStatus { PENDING FOUND NOT_FOUND FAILED GUEST }

"""
A customer. `tier` and `attributes` are as the customer API tells them: `attributes` are its other fields, at
most 50 and 8 KiB.
"""
type Customer {
  customerId: String!
  name: String
  profile: Profile
  tier: String
  attributes: JSON
  metrics: Metrics
}

"What the customer API tells of a customer."
type Profile { name: String email: String phone: String loyaltyCard: String }

"The customer's quick metrics, as on the dashboard; amounts in major units."
type Metrics {
  currency: String
  totalOrders: Int!
  totalCompletedOrders: Int!
  totalExpiredOrders: Int!
  totalRefundedOrders: Int!
  totalSpent: Float!
  averageTicket: Float!
  ordersWithCoupon: Int!
  firstOrderAt: String
  lastOrderAt: String
  version: Int!
  updatedAt: String!
}

"Any JSON value."
scalar JSON @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc8259")
'''


def read_field(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """Return a field: of JSON by its name, of an object its attribute or what its method returns."""
    if isinstance(source, Mapping):
        return source.get(info.field_name)
    found = getattr(source, to_snake(info.field_name))
    return (
        found(info, **{to_snake(name): one for name, one in arguments.items()}) if callable(found) else found
    )


@dataclass(frozen=True, slots=True)
class Root:
    """The fields of `Query` and `Mutation`, for a caller."""

    caller: Caller

    def basket(
        self, _: GraphQLResolveInfo[Any], basket_id: str, store_id: str | None = None
    ) -> Basket | None:
        store_id = store_of(self.caller.viewer, store_id, "till", "viewer")
        [document] = runtime.documents().read([basket_path(store_id, check("basketId", basket_id))])
        return Basket(read_basket(document.fields)) if document.exists else None

    def customer(
        self, _: GraphQLResolveInfo[Any], customer_id: str, store_id: str | None = None
    ) -> Customer | None:
        store_id = store_of(self.caller.viewer, store_id, "till", "viewer")
        customer = Customer(store_id, check("customerId", customer_id))
        if customer.card is None:
            return None
        customer.name = customer.known.get("name")
        return customer

    def start_basket(
        self,
        info: GraphQLResolveInfo[Any],
        employee_id: int,
        terminal_id: str,
        customer_identifier: str | None = None,
        store_id: str | None = None,
    ) -> Basket:
        viewer, key = self.caller.viewer, self.caller.key
        request = StartRequest(
            store_id=store_of(viewer, store_id, "till"),
            employee_id=employee_id,
            terminal_id=check("terminalId", terminal_id),
            customer_identifier=check_given("customerIdentifier", customer_identifier),
            # One document may start several baskets, each under a name of its own.
            key=(viewer.identity, key, str(info.path.key)) if key else None,
        )
        if request.identifier:
            _count(request.store_id, viewer.identity)
        try:
            return Basket(runtime.basket_starter().start(request))
        except KeyReused:
            said = "the Idempotency-Key was used with other arguments; use a new one"
            raise Refused("IDEMPOTENCY_KEY_REUSED", said) from None


class Basket:
    """A basket as the schema has it."""

    def __init__(self, basket: domain.Basket) -> None:
        self.basket_id = basket.basket_id
        self.customer_id = basket.customer_id
        self.status = basket.status
        self.lookup_status = basket.lookup_status
        self.customer = None
        if basket.customer_id is not None:
            self.customer = Customer(basket.store_id, basket.customer_id, basket.customer_name)


class Customer:
    """A customer as the schema has it. The card is read where a field needs it."""

    def __init__(self, store_id: str, customer_id: str, name: str | None = None) -> None:
        self._store_id = store_id
        self.customer_id = customer_id
        self.name = name

    @property
    def profile(self) -> Mapping[str, Any] | None:
        return self.known or None

    @property
    def tier(self) -> str | None:
        return self.known.get("tier")

    @property
    def attributes(self) -> Any:
        return self.known["attributes"] if self.known else None

    @property
    def metrics(self) -> Mapping[str, Any] | None:
        return self.card

    @cached_property
    def card(self) -> dict[str, Any] | None:
        return runtime.cards().show(self._store_id, self.customer_id, datetime.now(UTC))[0]

    @property
    def known(self) -> Mapping[str, Any]:
        return (self.card or {}).get("profile") or {}


def _count(store_id: str, caller: str) -> None:
    try:
        runtime.basket_quota().take(store_id, caller)
    except OverQuota as error:
        said = f"too many baskets with a customerIdentifier; try again in {error.wait_s} s"
        raise Refused("RATE_LIMITED", said, retryAfterSeconds=error.wait_s) from None
