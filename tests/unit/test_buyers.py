"""The sample stores' buyers, as the local customer API names them."""

from emulator.customer_api.buyers import card_of
from emulator.customer_api.customers import find_customer
from shared.domain.customer_identifier import normalise


def test_a_buyer_is_found_by_card_and_always_has_the_same_name() -> None:
    card = card_of("aurora-sp-c0012")
    found = find_customer("card", card)
    assert found is not None
    assert (found["customerId"], found["name"]) == ("aurora-sp-c0012", "Thiago Cardoso")
    assert found["email"] == "thiago.cardoso.12@example.com"
    assert find_customer(None, card) == found


def test_a_buyer_is_found_as_a_lookup_asks_for_the_card() -> None:
    asked = normalise(card_of("aurora-sp-c0012"), "BR")
    assert asked is not None
    assert find_customer(asked.kind, asked.value) is not None


def test_no_card_of_another_store_or_kind_is_known() -> None:
    assert find_customer("card", card_of("s-1-c0012")) is None
    assert find_customer("email", card_of("aurora-sp-c0012")) is None


def test_a_hundred_buyers_have_different_names() -> None:
    found = [find_customer("card", card_of(f"kumo-tokyo-c{number:04}")) for number in range(1, 101)]
    assert len({one["name"] for one in found if one}) == 100
