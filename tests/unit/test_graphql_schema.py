"""The schema of the tills' API is valid, and our objects have what it promises."""

import inspect
from typing import Any, cast

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema, validate_schema
from pydantic.alias_generators import to_snake

from shared.domain.basket import Basket as StoredBasket
from shared.domain.basket import LookupStatus
from shared.entry.graphql_schema import SCHEMA, Basket, Customer, Root
from tests.builders import NOON

TYPES = build_schema(SCHEMA).type_map


def fields_of(name: str) -> dict[str, Any]:
    return dict(cast(GraphQLObjectType, TYPES[name]).fields)


def test_the_schema_is_valid() -> None:
    assert validate_schema(build_schema(SCHEMA)) == []


def test_the_lookups_states_are_those_of_a_basket() -> None:
    assert {*cast(GraphQLEnumType, TYPES["LookupStatus"]).values} == {*LookupStatus}


@pytest.mark.parametrize("name", ["Query", "Mutation"])
def test_every_operation_is_answered_with_its_arguments(name: str) -> None:
    for field, declared in fields_of(name).items():
        _, _, *taken = inspect.signature(getattr(Root, to_snake(field))).parameters
        assert taken == [to_snake(argument) for argument in declared.args], field


def test_a_basket_and_its_customer_have_every_field() -> None:
    stored = StoredBasket(
        basket_id="b-1", store_id="s-1", employee_id=1, terminal_id="t-1", started_at=NOON,
        lookup_status=LookupStatus.FOUND, customer_id="c-1", customer_name="Ana",
    )  # fmt: skip
    basket = Basket(stored)
    assert {to_snake(field) for field in fields_of("Basket")} == {*vars(basket)}
    assert basket.customer
    missing = [
        f for f in fields_of("Customer") if to_snake(f) not in {*dir(Customer), *vars(basket.customer)}
    ]
    assert missing == []
