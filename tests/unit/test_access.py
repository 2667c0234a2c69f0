"""What the claims of a token grant."""

from typing import Any

import pytest

from shared.domain.viewer import Viewer, read_claims

GRANTED = {"sub": "u-1", "stores": ["s-1", "s-2"], "roles": ["viewer"]}


def test_claims_name_stores_and_roles() -> None:
    assert read_claims(GRANTED) == Viewer(
        subject="u-1", stores=frozenset({"s-1", "s-2"}), roles=frozenset({"viewer"})
    )


@pytest.mark.parametrize(("store_id", "seen"), [("s-1", True), ("s-2", True), ("s-3", False), ("", False)])
def test_a_viewer_sees_the_stores_of_the_token(store_id: str, seen: bool) -> None:
    assert read_claims(GRANTED).may_see(store_id) is seen


def test_a_star_grants_every_store_and_a_list_of_one_only_the_store_of_that_name() -> None:
    assert read_claims(GRANTED | {"stores": "*"}).may_see("any")
    listed = read_claims(GRANTED | {"stores": ["*"]})
    assert not listed.may_see("s-1")
    assert listed.may_see("*")


@pytest.mark.parametrize("stores", [None, "s-1", "**", "", 5, True, {"s-1": True}, [["s-1"]], [None], []])
def test_stores_of_another_type_grant_nothing(stores: Any) -> None:
    viewer = read_claims(GRANTED | {"stores": stores})
    assert viewer.stores == frozenset()
    assert not viewer.may_see("s-1")


@pytest.mark.parametrize(
    "roles", [None, "admin", "*", 5, True, {"admin": True}, [["admin"]], ["owner"], ["Admin"], []]
)
def test_roles_of_another_type_grant_nothing(roles: Any) -> None:
    viewer = read_claims(GRANTED | {"stores": "*", "roles": roles})
    assert viewer.roles == frozenset()
    assert not viewer.may_see("s-1")
    assert not viewer.is_admin


@pytest.mark.parametrize(
    ("roles", "is_admin"), [(["viewer"], False), (["admin"], True), (["viewer", "admin"], True)]
)
def test_only_an_admin_is_admin(roles: list[str], is_admin: bool) -> None:
    assert read_claims(GRANTED | {"roles": roles}).is_admin is is_admin


def test_claims_without_anything_grant_nothing() -> None:
    viewer = read_claims({})
    assert viewer == Viewer(subject="", stores=frozenset(), roles=frozenset())
    assert not viewer.may_see("s-1")


def test_the_proxy_puts_claims_one_level_down() -> None:
    proxied = {"sub": "u-1", "gcip": {"stores": ["s-1"], "roles": ["admin"], "sub": "other"}}
    assert read_claims(proxied) == Viewer(
        subject="u-1", stores=frozenset({"s-1"}), roles=frozenset({"admin"})
    )


def test_claims_beside_those_of_the_proxy_grant_nothing() -> None:
    viewer = read_claims(GRANTED | {"stores": "*", "gcip": {}})
    assert not viewer.may_see("s-1")


@pytest.mark.parametrize("gcip", [None, "x", [], 5])
def test_proxied_claims_of_another_type_are_passed_over(gcip: Any) -> None:
    assert read_claims(GRANTED | {"gcip": gcip}) == read_claims(GRANTED)
