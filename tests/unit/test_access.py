"""What the claims of a token grant."""

from typing import Any

import pytest

from shared.domain.viewer import Role, Viewer, read_claims

ISSUER = "https://issuer.test"
GRANTED = {"iss": ISSUER, "sub": "u-1", "stores": ["s-1", "s-2"], "roles": ["viewer"]}
ALL: tuple[Role, ...] = ("till", "viewer", "admin")
VIEWS: frozenset[Role] = frozenset({"viewer"})
ADMINISTERS: frozenset[Role] = frozenset({"admin"})


def grants(**claims: Any) -> Any:
    return read_claims(GRANTED | claims).grants


def test_claims_name_stores_and_roles() -> None:
    assert read_claims(GRANTED) == Viewer(issuer=ISSUER, subject="u-1", grants={"s-1": VIEWS, "s-2": VIEWS})


@pytest.mark.parametrize(("store_id", "seen"), [("s-1", True), ("s-2", True), ("s-3", False), ("", False)])
def test_a_viewer_sees_the_stores_of_the_token(store_id: str, seen: bool) -> None:
    assert read_claims(GRANTED).may(store_id, "viewer") is seen
    assert not read_claims(GRANTED).may(None, "viewer")


@pytest.mark.parametrize(
    ("role", "may"), [("till", {"till"}), ("viewer", {"viewer"}), ("admin", {"till", "viewer", "admin"})]
)
def test_an_admin_is_till_and_viewer_and_these_are_only_themselves(role: str, may: set[str]) -> None:
    viewer = read_claims(GRANTED | {"roles": [role]})
    assert {one for one in ALL if viewer.may("s-1", one)} == may
    assert viewer.may("s-1", "till", "viewer"), "either will do"


def test_a_star_grants_every_store_and_a_list_of_one_only_the_store_of_that_name() -> None:
    everywhere = read_claims(GRANTED | {"stores": "*"})
    assert everywhere.may("any", "viewer")
    assert everywhere.stores("viewer") is None
    listed = read_claims(GRANTED | {"stores": ["*"]})
    assert not listed.may("s-1", "viewer")
    assert listed.may("*", "viewer")


def test_roles_may_differ_from_store_to_store() -> None:
    viewer = read_claims(GRANTED | {"roles": {"s-1": ["admin"], "s-2": ["viewer", "till"]}})
    assert viewer.stores("admin") == frozenset({"s-1"})
    assert viewer.stores("till") == viewer.stores("viewer") == frozenset({"s-1", "s-2"})
    assert viewer.roles == {"till", "viewer", "admin"}
    assert not viewer.may("s-2", "admin")


def test_a_star_among_the_roles_stands_for_each_of_the_stores_and_adds_to_theirs() -> None:
    roles = {"*": ["viewer"], "s-1": ["till"]}
    assert grants(roles=roles) == {"s-1": VIEWS | {"till"}, "s-2": VIEWS}
    everywhere = read_claims(GRANTED | {"stores": "*", "roles": roles})
    assert everywhere.stores("till") == frozenset({"s-1"})
    assert everywhere.stores("viewer") is None
    assert everywhere.may("s-9", "viewer")


def test_an_object_of_roles_may_name_the_stores_alone_but_grants_none_that_the_list_leaves_out() -> None:
    roles = {"s-1": ["admin"], "s-3": ["admin"]}
    assert grants(roles=roles) == {"s-1": ADMINISTERS}
    assert read_claims({"roles": roles}).grants == {"s-1": ADMINISTERS, "s-3": ADMINISTERS}
    assert read_claims({"roles": {"*": ["admin"]}}).is_operator
    assert read_claims({"roles": ["admin"]}).grants == {}


@pytest.mark.parametrize("stores", [None, "s-1", "**", "", 5, True, {"s-1": True}, [["s-1"]], [None], []])
@pytest.mark.parametrize("roles", [["viewer"], {"*": ["viewer"]}, {"s-1": ["viewer"]}])
def test_stores_of_another_type_grant_nothing(stores: Any, roles: Any) -> None:
    assert grants(stores=stores, roles=roles) == {}


@pytest.mark.parametrize(
    "roles",
    [
        *(None, "admin", "*", 5, True, {"admin": True}, [["admin"]], ["owner"], ["Admin"], []),
        *({"s-1": "admin"}, {"*": {"admin": True}}, {"": ["admin"]}, {"s-1": []}),
    ],
)
@pytest.mark.parametrize("stores", ["*", ["s-1"]])
def test_roles_of_another_type_grant_nothing(roles: Any, stores: Any) -> None:
    viewer = read_claims(GRANTED | {"stores": stores, "roles": roles})
    assert viewer.grants == {}
    assert viewer.roles == viewer.stores(*ALL) == frozenset()
    assert not viewer.is_operator


@pytest.mark.parametrize(
    ("claims", "is_operator"),
    [
        ({"stores": "*", "roles": ["admin"]}, True),
        ({"stores": "*", "roles": ["viewer", "till"]}, False),
        ({"stores": ["s-1"], "roles": ["admin"]}, False),
        ({"stores": "*", "roles": {"*": ["viewer"], "s-1": ["admin"]}}, False),
    ],
)
def test_an_operator_is_an_admin_of_every_store(claims: dict[str, Any], is_operator: bool) -> None:
    assert read_claims(claims).is_operator is is_operator


def test_claims_without_anything_grant_nothing() -> None:
    assert read_claims({}) == Viewer(issuer="", subject="", grants={})


def test_callers_of_two_issuers_are_two_whatever_their_subjects() -> None:
    names = [("https://a.test", "u-1"), ("https://b.test", "u-1"), ("https://a.test", "b.test u-1")]
    assert len({read_claims({"iss": issuer, "sub": subject}).identity for issuer, subject in names}) == 3


def test_a_refusal_tells_what_the_token_lacks() -> None:
    viewer = read_claims(GRANTED)
    assert viewer.refusal("s-9", "admin") == "the token does not grant store 's-9'"
    assert viewer.refusal("s-1", "admin") == "expected a token with the role 'admin' in store 's-1'"
    assert viewer.refusal("s-1", "till", "admin").startswith(
        "expected a token with the role 'till' or 'admin'"
    )


@pytest.mark.parametrize(
    ("stores", "roles", "said"),
    [
        ("*", ["till"], "the token grants every store"),
        (["s-1", "s-2"], ["till"], "the token grants 2 stores"),
        (
            ["s-1"],
            ["viewer"],
            "expected a token with the role 'till' or 'admin'; this one grants it in no store",
        ),
    ],
)
def test_who_named_no_store_is_told_how_many_there_are(stores: Any, roles: Any, said: str) -> None:
    assert read_claims(GRANTED | {"stores": stores, "roles": roles}).choice("till", "admin") == said


def test_the_proxy_puts_claims_one_level_down() -> None:
    proxied = {"iss": ISSUER, "sub": "u-1", "gcip": {"stores": ["s-1"], "roles": ["admin"], "sub": "other"}}
    assert read_claims(proxied, under="gcip") == Viewer(
        issuer=ISSUER, subject="u-1", grants={"s-1": ADMINISTERS}
    )
    assert read_claims(proxied).grants == {}


@pytest.mark.parametrize("gcip", [{}, None, "x", [], 5])
def test_claims_beside_those_of_the_proxy_grant_nothing(gcip: Any) -> None:
    assert read_claims(GRANTED | {"stores": "*", "gcip": gcip}, under="gcip").grants == {}
