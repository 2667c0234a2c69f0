"""Slots spread documents evenly, each always in the same place."""

from collections import Counter

from shared.domain.slots import SLOTS, STORE_SLOTS, slot_of, store_slot_of
from shared.domain.tallies import COUPONS, CUSTOMERS


def test_ids_that_only_rise_are_spread_over_all_slots() -> None:
    for slot, slots in ((slot_of, SLOTS), (store_slot_of, STORE_SLOTS)):
        found = Counter(slot(f"order-{n:08}") for n in range(30_000))
        assert found.keys() == {*slots}
        assert max(found.values()) < 1.2 * min(found.values())


def test_a_query_can_name_all_slots() -> None:
    assert len({*SLOTS}) == 30


def test_a_document_is_always_in_the_same_slot() -> None:
    assert (slot_of("c-1"), store_slot_of("c-1")) == ("08", "02")
    assert CUSTOMERS.identity(of="c-1") == {"customerId": "c-1", "storeSlot": "02"}
    assert COUPONS.identity(of="c-1") == {"couponCode": "c-1"}
