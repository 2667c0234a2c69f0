"""What a line of a shop's history says, and why one can't be counted."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from shared.domain.changes import Change, CustomerChange, OrderChange
from shared.domain.order import Status
from shared.errors import MalformedEvent
from shared.importing.lines import read_line, refusal
from shared.messages.decode import decode
from tests.builders import (
    NOON,
    a_refund,
    a_status_change,
    an_account_event,
    an_event,
    an_order,
    message,
    utc,
)

COMPLETED = {"status": "COMPLETED", "occurredAt": "2026-11-20T13:00:00Z"}
REFUNDED = {"status": 10, "occurredAt": "2026-11-20T14:00:00Z"}


def read(line: Any, store_id: str | None = "s-1") -> Change | None:
    data = line if isinstance(line, bytes) else message(line)
    return read_line(data, store_id, NOON)


def read_order(line: Any) -> OrderChange:
    change = read(line)
    assert isinstance(change, OrderChange)
    return change


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        ("order-created", an_event()),
        ("order-status-changed", a_status_change("REFUNDED")),
        ("order-status-changed", a_status_change(2, order=an_order(price="7.00"))),
        ("customer-registered", an_account_event()),
    ],
)
def test_the_body_of_an_event_is_read_as_from_its_topic(topic: str, event: dict[str, Any]) -> None:
    assert read(event) == decode(topic, message(event), NOON)
    assert read(event, store_id=None) == decode(topic, message(event), NOON)


def test_a_code_that_means_unpaid_asks_for_nothing() -> None:
    line = json.dumps(a_status_change(2)).encode()
    assert read_line(line, "s-1", NOON, unpaid_codes={2}) is None
    assert read_line(line, "s-1", NOON) == decode("order-status-changed", line, NOON)


def test_a_status_of_an_order_may_say_that_the_clock_expired_it() -> None:
    overdue = {"status": "EXPIRED", "occurredAt": "2026-11-20T12:00:00Z", "expiredBy": "clock"}
    change = read({**ORDER, "statuses": [overdue]})
    assert isinstance(change, OrderChange)
    assert (change.facts.overdue_at, change.facts.statuses) == (NOON, {})


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_customer_is_confirmed_if_the_line_says_so(confirmed: bool) -> None:
    line = {"customerId": "c-1", "registeredAt": "2020-01-01T00:00:00Z", "emailConfirmed": confirmed}
    change = read(line)
    assert isinstance(change, CustomerChange)
    assert (change.store_id, change.customer_id) == ("s-1", "c-1")
    assert change.facts.registered_at == utc("2020-01-01T00:00:00Z")
    assert change.facts.email_confirmed is confirmed


def test_an_order_comes_with_the_statuses_it_reached() -> None:
    step = {"status": 3, "occurredAt": "2026-11-20T12:30:00Z"}
    change = read_order({"order": an_order(), "statuses": [COMPLETED, step, REFUNDED]})
    assert change.facts.statuses == {
        Status.COMPLETED: utc("2026-11-20T13:00:00Z"),
        Status.REFOUNDED: utc("2026-11-20T14:00:00Z"),
    }
    assert change.facts.progressed_at == utc("2026-11-20T12:30:00Z")
    assert (change.store_id, change.order_id, change.creates) == ("s-1", "o-1", True)


def test_an_order_comes_with_the_refunds_of_its_parts() -> None:
    refund = {"refundId": "r-1", "amount": "9.90", "at": "2026-11-20T15:00:00Z"}
    change = read_order({"order": an_order(), "statuses": [COMPLETED], "refunds": [refund]})
    assert change.facts.refunds == {"r-1": a_refund(9_90, at=utc("2026-11-20T15:00:00Z"))}
    alone = {"orderId": "o-1", "refund": {**refund, "currency": "BRL"}, "occurredAt": "2026-11-20T16:00:00Z"}
    assert read_order(alone).facts.refunds == change.facts.refunds


def test_amounts_are_taken_as_they_are_written() -> None:
    line = message({"order": an_order(price="PRICE", items=[])}).replace(b'"PRICE"', b"9007199254740.93")
    snapshot = read_order(line).facts.snapshot
    assert snapshot is not None
    assert snapshot.price_minor == 900719925474093


def test_an_order_is_as_it_was_created_unless_the_line_says_when() -> None:
    stamps = []
    for more in ({}, {"occurredAt": "2026-11-20T16:00:00Z"}):
        snapshot = read_order({"order": an_order(createdAt="2016-01-01T00:00:00Z"), **more}).facts.snapshot
        assert snapshot is not None
        stamps.append(snapshot.stamp.occurred_at)
    assert stamps == [utc("2016-01-01T00:00:00Z"), utc("2026-11-20T16:00:00Z")]


def test_the_same_line_is_the_same_event_however_it_is_written() -> None:
    line = {"order": an_order(), "statuses": [COMPLETED]}
    turned = json.dumps(dict(reversed(line.items())), indent=1, sort_keys=True).encode()
    assert read(line) == read(turned) == read({**line, "storeId": "s-1"})
    assert read_order(line).facts.snapshot == read_order({"order": an_order()}).facts.snapshot
    assert read(line) != read({**line, "order": an_order(price="7.00")})


def test_an_id_that_is_given_is_kept() -> None:
    snapshot = read_order({"order": an_order(), "eventId": "mine"}).facts.snapshot
    assert snapshot is not None
    assert snapshot.stamp.event_id == "mine"


ORDER = {"order": an_order()}
TIME = "expected an RFC 3339 time with an offset, such as 2026-11-20T15:04:05Z, got"
NEITHER = "line: expected an order, a status or a customerId, got none of them"
REFUSALS: list[tuple[Any, str]] = [
    (ORDER | {"refunds": {}}, "refunds: expected a list, got a dict of 0"),
    (ORDER | {"refunds": [7]}, "refunds[0]: expected an object, got 7"),
    (ORDER | {"refunds": [{}]}, "refunds[0].at: expected the time of the refund, got nothing"),
    (
        ORDER | {"refunds": [{"refundId": "r", "amount": "0.001", "at": "2026-11-20T15:00:00Z"}]},
        "refunds[0].refund.amount: expected at most 2 decimals in BRL, got 0.001",
    ),
    (b"{", "message: expected a JSON object, got invalid JSON: "),
    (b"\xff{}", "message: expected UTF-8, got invalid start byte at byte 0"),
    (b"{}".ljust(300_000), "message: expected at most 294912 bytes, got 300000"),
    ([], "line: expected a JSON object, got a list of 0"),
    ({}, NEITHER),
    ({"basketId": "b-1", "employeeId": 1, "terminalId": "t-1"}, NEITHER),
    ({**ORDER, "storeId": "s-2"}, "storeId: expected 's-1' in all lines, got 's-2'"),
    ({**ORDER, "storeId": None}, "storeId: expected 's-1' in all lines, got None"),
    ({**ORDER, "status": 8, "statuses": []}, "status: expected nothing beside statuses, got 8"),
    ({**ORDER, "statuses": COMPLETED}, "statuses: expected a list, got a dict of 2"),
    ({**ORDER, "statuses": ["COMPLETED"]}, "statuses[0]: expected an object, got 'COMPLETED'"),
    (
        {**ORDER, "statuses": [COMPLETED, {"status": "LOST", "occurredAt": "2026-11-20T13:00:00Z"}]},
        "statuses[1].status: expected CREATED, PAID, COMPLETED, EXPIRED, REFOUNDED or an integer",
    ),
    (
        {**ORDER, "statuses": [{"status": 8}]},
        "statuses[0].occurredAt: expected a value, got nothing",
    ),
    ({"order": None}, "occurredAt: expected a value, got nothing; order: "),
    ({"order": an_order(price="-1")}, "order.price: "),
    ({"order": an_order(currency="QQQ")}, "order.currency: expected an ISO 4217 currency code"),
    ({"order": an_order(createdAt="20/11/2026")}, f"occurredAt: {TIME} '20/11/2026'"),
    ({"order": an_order(createdAt="2026-11-22T12:00:00Z")}, "occurredAt: expected a time at most one day"),
    (without(a_status_change(), "occurredAt"), "occurredAt: expected a value, got nothing"),
    (a_status_change(order=an_order("o-2")), "order.orderId: expected the event's orderId 'o-1', got 'o-2'"),
    ({"customerId": "c-1"}, "occurredAt: expected a value, got nothing; registeredAt: "),
    (an_account_event(emailConfirmed="yes"), "emailConfirmed: expected true or false, got 'yes'"),
    (an_account_event(customerId=""), "customerId: "),
]


@pytest.mark.parametrize(("line", "said"), REFUSALS, ids=range(len(REFUSALS)))
def test_a_line_that_cannot_be_counted_is_refused_with_the_reason(line: Any, said: str) -> None:
    with pytest.raises(MalformedEvent) as refused:
        read(line)
    assert str(refused.value).startswith(said)


def test_without_a_store_for_all_lines_each_names_its_own() -> None:
    with pytest.raises(MalformedEvent, match="storeId: expected a value, got nothing"):
        read(ORDER, store_id=None)


@pytest.mark.parametrize(
    "data",
    [
        message(ORDER),
        b'{"order": {"price": 129.90, "items": [], "name": "}\\"\xc3\xbc"}}',
        b"{}",
        b'{"order": ',
        b'"a text"',
        b"\xff\x00{}",
        b"[1, 2]",
        b"{}".ljust(300_000, b"x"),
    ],
    ids=lambda data: quote(data[:20]),
)
def test_a_refused_line_is_kept_as_it_was_and_is_refused_the_same_way_again(data: bytes) -> None:
    kept = refusal(7, data, 'because "of" {this}')
    again = refusal(1, kept.strip(), "because of that")
    assert json.loads(kept)["line"] == 7
    assert json.loads(again)["content"] == json.loads(kept)["content"]
    assert kept.count(b"\n") == 1
    assert outcome(kept.strip()) == outcome(again.strip()) == outcome(data)


def outcome(data: bytes) -> Any:
    try:
        return read(data)
    except MalformedEvent as error:
        return str(error)


def test_a_refused_line_can_be_mended_where_it_is_kept() -> None:
    kept = refusal(7, message({"order": an_order(price="-1")}), "order.price: ...").strip()
    assert read(kept.replace(b'"-1"', b'"1.00"')) == read({"order": an_order(price="1.00")})
    text = refusal(7, message(ORDER)[:-1], "message: ...")
    assert read(text.strip().removesuffix(b'"}') + b'}"}') == read(ORDER)
