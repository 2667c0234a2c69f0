"""Several events in a message, and cards that are always there, on the running stack."""

from __future__ import annotations

from pathlib import Path

import requests
from valkey import Valkey

from emulator.stack import LocalStack
from tests.builders import an_event, an_order
from tests.end_to_end.client import Client
from tests.end_to_end.scenario import Scenario
from tests.end_to_end.test_import import make, write
from tests.running_stack import crash

CREATED_AT = "2024-05-20T12:00:00Z"


def test_lists_count_exactly_although_the_functions_are_killed(stack: LocalStack) -> None:
    with Scenario(stack, "lists", orders=300) as scenario:
        scenario.publish(in_lists_of=20)
        scenario.wait_until_counting()
        crash(stack, "order-created", "order-status-changed")
        scenario.wait_until_exact(with_cards=True)


def test_the_bad_event_of_a_list_is_a_letter_and_counts_once_replayed(stack: LocalStack) -> None:
    client = Client(stack)
    client.set_currency("USD")
    events = [
        an_event(
            an_order(f"o-{currency}", createdAt=CREATED_AT, currency=currency),
            eventId=currency,
            occurredAt=CREATED_AT,
            storeId=client.store_id,
        )
        for currency in ("USD", "BRL")
    ]
    other = an_event(an_order("o-3", createdAt=CREATED_AT, currency="BRL"), storeId=f"{client.store_id}-2")
    stack.publish("order-created", [*events, {**other, "occurredAt": CREATED_AT}])
    client.wait_for_summary(totalOrders=1)
    (letter,) = client.wait_for(client.letters)
    assert letter["reason"] == "order.currency: expected the store's USD, got BRL"
    assert '"o-USD"' not in letter["data"]


def test_every_card_is_a_hit_after_flushall_and_a_run_of_warm_cards(
    stack: LocalStack, tmp_path: Path
) -> None:
    client = Client(stack)
    lines = [{"order": an_order(f"o-{n}", createdAt=CREATED_AT, customerId=f"c-{n}")} for n in range(5)]
    make(stack, "import", write(tmp_path / "history.jsonl", lines), f"STORE={client.store_id}")

    def sources() -> list[str]:
        url = stack.state.urls["dashboard"] + "/store/customers/c-{}/metrics"
        headers = {"Authorization": f"Bearer {stack.state.token}"}
        answers = [
            requests.get(url.format(n), params={"storeId": client.store_id}, headers=headers, timeout=30)
            for n in range(5)
        ]
        return [answer.headers["X-Cache"] for answer in answers]

    assert sources() == ["HIT"] * 5
    with Valkey.from_url(stack.state.valkey_url) as valkey:
        valkey.flushall()
    ended = make(stack, "trigger", "NAME=warm-cards")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert sources() == ["HIT"] * 5
