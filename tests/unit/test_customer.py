"""Facts about a registration merge like those about an order."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.customer import Registration
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)
registrations = st.builds(
    Registration,
    registered_at=st.sampled_from([None, NOON - timedelta(hours=1), NOON, LATER]),
    email_confirmed=st.booleans(),
)


@given(registrations, registrations)
def test_merging_is_commutative(a: Registration, b: Registration) -> None:
    assert a.merge(b) == b.merge(a)


@given(registrations, registrations, registrations)
def test_merging_is_associative(a: Registration, b: Registration, c: Registration) -> None:
    assert a.merge(b).merge(c) == a.merge(b.merge(c))


@given(registrations)
def test_merging_is_idempotent(a: Registration) -> None:
    assert a.merge(a) == a
    assert a.merge(Registration()) == a


def test_the_earliest_registration_stands_and_a_confirmation_stays() -> None:
    confirmed = Registration(registered_at=LATER, email_confirmed=True)
    assert confirmed.merge(Registration(registered_at=NOON)) == Registration(
        registered_at=NOON, email_confirmed=True
    )
