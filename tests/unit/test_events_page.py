"""The examples in docs/EVENTS.md keep to the contract; tests/end_to_end/test_pages.py runs them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.customer_api.customers import CUSTOMERS
from shared.adapters.customer_answer import read_customer
from shared.baskets.lookup_config import StoreLookupConfig
from shared.domain.webhook_grant import read_grants
from shared.errors import MalformedEvent
from shared.messages.decode import decode, events_of, parse, read_basket, read_event
from shared.messages.events import EVENTS
from shared.messages.outgoing import OUTGOING
from shared.payments.providers import PROVIDERS
from tests import pages
from tests.unit.payment_notices import published

PAGE = "docs/EVENTS.md"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
TEXT = pages.read(PAGE)
BLOCKS = pages.blocks(PAGE)


def sent(command: str) -> list[tuple[str, str]]:
    """Return what each use of a command is for, and the document that it sends."""
    return re.findall(rf"-m emulator {command} (\S+) <<'EOF'\n(.*?)\nEOF\n", TEXT, re.DOTALL)


def is_wrong(document: str) -> bool:
    return '"LOST"' in document


def test_there_is_an_example_of_each_event() -> None:
    assert {topic for topic, _ in sent("publish")} == EVENTS.keys()
    assert {block.heading for block in BLOCKS if block.heading in OUTGOING} == OUTGOING.keys()
    assert {provider for provider, _ in sent("webhook")} == PROVIDERS.keys()


@pytest.mark.parametrize(("topic", "document"), [one for one in sent("publish") if not is_wrong(one[1])])
def test_an_example_is_an_event(topic: str, document: str) -> None:
    for event in events_of(parse(document.encode())):
        read = read_basket if topic == "basket-started" else read_event
        assert read(topic, event, NOW) is not None


def test_the_wrong_example_is_refused_with_the_reason_that_is_shown() -> None:
    [(topic, document)] = [one for one in sent("publish") if is_wrong(one[1])]
    [shown] = re.findall(r'"reason": "(.*)"', TEXT)
    with pytest.raises(MalformedEvent) as refused:
        decode(topic, document.encode(), NOW)
    assert str(refused.value) == shown


@pytest.mark.parametrize("topic", OUTGOING)
def test_an_outgoing_example_has_the_shape_of_its_schema(topic: str) -> None:
    [block] = [block for block in BLOCKS if block.heading == topic]
    event: dict[str, Any] = json.loads(block.text)
    assert OUTGOING[topic].model_validate(event).model_dump(mode="json", by_alias=True) == event


@pytest.mark.parametrize(("provider", "document"), sent("webhook"))
def test_an_example_of_a_notice_makes_an_event(provider: str, document: str) -> None:
    assert published(provider, json.loads(document), NOW) is not None


def test_the_example_of_secrets_can_be_read() -> None:
    [example] = [block.text for block in BLOCKS if '"secret"' in block.text]
    assert [grant.livemode for grant in read_grants(example)] == [True, True, False]


def test_the_example_of_an_api_of_another_shape_is_a_setting_and_reads_the_answer_beside_it() -> None:
    [example] = [json.loads(block.text) for block in BLOCKS if '"api_endpoint"' in block.text]
    config = StoreLookupConfig.model_validate(example)
    [answer] = re.findall(r"answers `(.*)`:", TEXT)
    assert config.answer is not None
    assert read_customer(answer.encode(), config.answer) == {
        "customerId": "17", "name": "Ana Souza", "email": None, "phone": None, "loyaltyCard": None,
        "tier": "gold", "attributes": {"points": 4820},
    }  # fmt: skip


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_kind_of_notice_is_listed_with_its_status(name: str) -> None:
    section = TEXT.partition(f"### {name.title()}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (`.*) \| `(\w+)` \|$", section, re.MULTILINE)
    listed = {kind: status for kinds, status in rows for kind in re.findall(r"`([^`]+)`", kinds)}
    assert listed == {kind: meaning.status for kind, meaning in PROVIDERS[name].kinds.items()}
    assert f"`{PROVIDERS[name].signature_header}`" in section


def test_the_customers_of_the_till_are_listed() -> None:
    rows = re.findall(r"^\| `(cust-\d+)` \| (.+) \| `(.+)` \| `(.+)` \| `(.+)` \|$", TEXT, re.MULTILINE)
    fields = ("customerId", "name", "phone", "email", "loyaltyCard")
    assert rows == [tuple(customer[field] for field in fields) for customer in CUSTOMERS]
