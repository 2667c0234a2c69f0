"""What customers give at the till, in the form in which it is looked up."""

import pytest

from shared.domain.customer_identifier import CustomerIdentifier, IdentifierKind, identifiers_of, normalise
from shared.domain.phone_region import is_region, region_of, region_of_store
from shared.domain.store import Store


@pytest.mark.parametrize(
    ("given", "region", "kind", "value"),
    [
        ("+1234567890", None, "phone", "+1234567890"),
        (" +1 (234) 567-890 ", "BR", "phone", "+1234567890"),
        ("+55 11 98765-4321", None, "phone", "+5511987654321"),
        ("(11) 98765-4321", "BR", "phone", "+5511987654321"),
        ("\uff0b\uff15\uff1511 98765\u20114321", None, "phone", "+5511987654321"),
        ("03-1234-5678", "JP", "phone", "+81312345678"),
        ("(11) 98765-4321", None, "card", "(11)98765-4321"),
        ("+999", "BR", "phone", "+999"),
        ("12345", "BR", "card", "12345"),
        ("6012 3456 7890 1234", "BR", "card", "6012345678901234"),
        ("card-1001", "BR", "card", "CARD-1001"),
        ("Ana.Souza@Example.COM ", "BR", "email", "ana.souza@example.com"),
        ("١٢٣", "BR", "card", "١٢٣"),
    ],
)
def test_an_identifier_has_one_form(given: str, region: str | None, kind: str, value: str) -> None:
    assert normalise(given, region) == CustomerIdentifier(kind=IdentifierKind(kind), value=value)


@pytest.mark.parametrize("given", [None, "", "  \t"])
def test_who_gives_nothing_is_a_guest(given: str | None) -> None:
    assert normalise(given, "BR") is None


def test_a_hash_tells_kinds_values_salts_and_stores_apart() -> None:
    identifiers = [
        CustomerIdentifier(kind=kind, value=value)
        for kind in (IdentifierKind.CARD, IdentifierKind.PHONE)
        for value in ("+1", "+2")
    ]
    hashes = {
        one.hashed(salt, store_id)
        for one in identifiers
        for salt in ("a", "b")
        for store_id in ("s-1", "s-2")
    }
    assert len(hashes) == 16
    assert all(len(one) == 64 and "+" not in one for one in hashes)


@pytest.mark.parametrize(
    ("timezone", "region"),
    [("America/Sao_Paulo", "BR"), ("Asia/Tokyo", "JP"), ("Europe/Lisbon", "PT"), ("UTC", None)],
)
def test_a_time_zone_names_the_country_of_its_phones(timezone: str, region: str | None) -> None:
    assert region_of(timezone) == region


def test_only_countries_are_regions() -> None:
    assert is_region("BR")
    assert not is_region("br")
    assert not is_region("XX")


def test_a_profile_names_identifiers_in_their_normal_form() -> None:
    profile = {
        "phone": "(11) 98765-4321",
        "email": "Ana@Example.com",
        "loyaltyCard": "card 1001",
        "tier": "gold",
    }
    assert [(str(one.kind), one.value) for one in identifiers_of(profile, "BR")] == [
        ("phone", "+5511987654321"), ("email", "ana@example.com"), ("card", "CARD1001"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"phone": None, "email": None, "loyaltyCard": None},
        {"phone": "extension 5", "email": "ana", "loyaltyCard": "ana@example.com"},
        {"loyaltyCard": "11 98765-4321"},
    ],
)
def test_what_would_be_looked_up_as_something_else_is_left_out(profile: dict[str, str | None]) -> None:
    assert identifiers_of(profile, "BR") == []


@pytest.mark.parametrize(
    ("timezone", "named", "region"),
    [("America/Sao_Paulo", None, "BR"), ("America/Sao_Paulo", "JP", "JP"), ("UTC", None, None)],
)
def test_a_stores_phone_numbers_are_of_the_country_that_it_names_or_of_its_time_zone(
    timezone: str, named: str | None, region: str | None
) -> None:
    store = Store(store_id="s-1", name="Mugs", timezone=timezone, currency=None, phone_region=named)
    assert region_of_store(store) == region
