"""Which events are a payment provider's."""

import pytest

from shared.domain.payment import PROVIDERS, provider_of
from shared.payments import providers
from shared.payments.webhook import event_id


def test_every_provider_is_known_by_its_events() -> None:
    assert {*PROVIDERS} == providers.PROVIDERS.keys()
    for name in PROVIDERS:
        assert provider_of(event_id(name, "evt_1")) == name
        assert provider_of(event_id(name, "e" * 300)) == name
        assert provider_of(event_id(name, "evt:1")) == name


@pytest.mark.parametrize("other", ["stripe", "evt-1", "paypal:1", ":stripe", "import stripe:1"])
def test_any_other_event_is_nobodys(other: str) -> None:
    assert provider_of(other) is None
