"""A bad message is refused with the field, what was expected and what came."""

import copy
from typing import Any
from urllib.parse import quote

import pytest

from shared.errors import MalformedEvent
from shared.messages.decode import decode
from tests.builders import a_status_change, an_account_event, an_event, an_order, an_order_item, message, utc

NOW = utc("2026-11-20T15:00:00Z")
AMOUNT = "expected an amount as a decimal string or a number, such as 129.90"
TIME = "expected an RFC 3339 time with an offset, such as 2026-11-20T15:04:05Z"
STATUS = "expected CREATED, PAID, COMPLETED, EXPIRED, REFOUNDED or an integer from 0 to 99"
NOT_JSON = "message: expected a JSON object, got invalid JSON: "
NOTHING = object()


def refusal(topic: str, data: bytes) -> str:
    with pytest.raises(MalformedEvent) as refused:
        decode(topic, data, NOW)
    return str(refused.value)


def changed(event: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    """Return the event with "order.items.0.total" and the like set to the value, or left out."""
    event = copy.deepcopy(event)
    place: Any = event
    *parents, name = [int(part) if part.isdecimal() else part for part in field.split(".")]
    for parent in parents:
        place = place[parent]
    if value is NOTHING:
        del place[name]
    else:
        place[name] = value
    return event


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", NOT_JSON + "Expecting value: line 1 column 1 (char 0)"),
        (b"{", NOT_JSON + "Expecting property name enclosed in double quotes"),
        (b'{"eventId": "e-1"} x', NOT_JSON + "Extra data"),
        (b"\xef\xbb\xbf{}", NOT_JSON + "Unexpected UTF-8 BOM"),
        (b"\xff{}", "message: expected UTF-8, got invalid start byte at byte 0"),
        (b'{"a": "\xc3"}', "message: expected UTF-8, got invalid continuation byte at byte 7"),
        (b"[]", "message: expected a valid dictionary or instance of OrderCreated, got a list of 0"),
        (b"null", "message: expected a valid dictionary or instance of OrderCreated, got None"),
        (b'"x"', "message: expected a valid dictionary or instance of OrderCreated, got 'x'"),
        (b'{"x": NaN}', NOT_JSON + "NaN is no JSON number"),
        (b'{"x": -Infinity}', NOT_JSON + "-Infinity is no JSON number"),
        (b'{"x": 1e99999999999999999999}', NOT_JSON + "[<class 'decimal.InvalidOperation'>]"),
        (b'{"x": ' + b"9" * 5000 + b"}", NOT_JSON + "Exceeds the limit (4300 digits)"),
        (b"[" * 100_000, NOT_JSON + "maximum recursion depth exceeded"),
        (b'{"x":' * 50_000, NOT_JSON + "maximum recursion depth exceeded"),
        (b"{}".ljust(300_000), "message: expected at most 294912 bytes, got 300000"),
        (b"{}".ljust(294_913), "message: expected at most 294912 bytes, got 294913"),
    ],
    ids=lambda value: quote(value[:20]) if isinstance(value, bytes) else "",
)
def test_what_is_no_json_object_is_refused(data: bytes, said: str) -> None:
    assert refusal("order-created", data).startswith(said)


EVENTS = {
    "order-created": an_event(),
    "order-status-changed": a_status_change(order=an_order()),
    "customer-registered": an_account_event(),
    "email-confirmed": an_account_event(),
}
REQUIRED = [
    *(
        (topic, field)
        for topic, event in EVENTS.items()
        for field in event
        if field not in ("order", "status")
    ),
    ("order-created", "order"),
    *((topic, f"order.{field}") for topic in list(EVENTS)[:2] for field in an_order()),
    *(("order-created", f"order.items.0.{field}") for field in an_order_item() if field != "total"),
]


@pytest.mark.parametrize(("topic", "field"), REQUIRED)
def test_a_missing_field_is_named(topic: str, field: str) -> None:
    shown = field.replace(".0.", "[0].")
    assert refusal(topic, message(changed(EVENTS[topic], field, NOTHING))) == (
        f"{shown}: expected a value, got nothing"
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("eventId", "", "expected at least 1 character, got ''"),
        ("eventId", "x" * 201, f"expected at most 200 characters, got '{'x' * 56}..."),
        ("storeId", 5, "expected a valid string, got 5"),
        ("storeId", True, "expected a valid string, got True"),
        ("storeId", ["s-1"], "expected a valid string, got a list of 1"),
        ("order.orderId", "a\0b", r"expected no control characters, got 'a\x00b'"),
        ("order.orderId", "a\nb", r"expected no control characters, got 'a\nb'"),
        ("order.customerId", "a\x7f", r"expected no control characters, got a text of 2 characters"),
        ("order.customerId", "a\x85", r"expected no control characters, got a text of 2 characters"),
        ("order.customerId", "", "expected at least 1 character, got a text of 0 characters"),
        ("order.customerId", 5511999990000, "expected a valid string, got a value of type int"),
        ("order.couponCode", 5, "expected a valid string, got 5"),
        ("occurredAt", "2026-11-20T15:04:05", f"{TIME}, got '2026-11-20T15:04:05'"),
        ("occurredAt", "2026-11-20 15:04:05Z", f"{TIME}, got '2026-11-20 15:04:05Z'"),
        ("occurredAt", "2026-11-20", f"{TIME}, got '2026-11-20'"),
        ("occurredAt", 1795187045, f"{TIME}, got 1795187045"),
        ("occurredAt", None, f"{TIME}, got None"),
        ("occurredAt", "2026-02-30T00:00:00Z", "expected a time that exists (day is out of range for month)"),
        ("occurredAt", "0001-01-01T00:00:00+14:00", "expected a time that exists (date value out of range)"),
        ("occurredAt", "9999-12-31T23:59:59-12:00", "expected a time that exists (date value out of range)"),
        ("occurredAt", "0001-01-01T00:00:00Z", "expected a time after 1970, got '0001-01-01T00:00:00Z'"),
        ("occurredAt", "1969-12-31T23:59:59Z", "expected a time after 1970"),
        # 0 microseconds mean that a customer has no order.
        ("occurredAt", "1970-01-01T00:00:00Z", "expected a time after 1970"),
        ("order.createdAt", "1970-01-01T01:00:00+01:00", "expected a time after 1970"),
        ("occurredAt", "2026-11-21T15:00:00.000001Z", "expected a time at most one day ahead of the clock"),
        ("order.createdAt", "2026-11-22T00:00:00Z", "expected a time at most one day ahead of the clock"),
        ("order", [], "expected a valid dictionary or instance of OrderSnapshot, got a list of 0"),
        ("order", None, "expected a valid dictionary or instance of OrderSnapshot, got None"),
        ("order.price", True, f"{AMOUNT}, got True"),
        ("order.price", None, f"{AMOUNT}, got None"),
        ("order.price", "1e5", f"{AMOUNT}, got '1e5'"),
        ("order.price", "NaN", f"{AMOUNT}, got 'NaN'"),
        ("order.price", " 1", f"{AMOUNT}, got ' 1'"),
        ("order.price", "\u0661", rf"{AMOUNT}, got '\u0661'"),
        ("order.price", "9" * 31, f"{AMOUNT}, got '9999999999999999999999999999999'"),
        ("order.price", "-0.01", "expected a finite amount of 0 or more, got -0.01"),
        ("order.price", -1, "expected a finite amount of 0 or more, got -1"),
        ("order.price", 1.005, "expected at most 2 decimals in BRL, got 1.005"),
        ("order.price", 1e30, "expected at most 1000000000000000 minor units of BRL, got 1e+30"),
        ("order.currency", "ABC", "expected an ISO 4217 currency code such as BRL, got 'ABC'"),
        ("order.currency", "brl", "expected an ISO 4217 currency code such as BRL, got 'brl'"),
        ("order.currency", "BR", "expected at least 3 characters, got 'BR'"),
        ("order.items", {}, "expected a valid list, got a dict of 0"),
        ("order.items", None, "expected a valid list, got None"),
        ("order.items", [an_order_item()] * 2001, "expected at most 2000 items after validation, not 2001"),
        ("order.items.0", 1, "expected a valid dictionary or instance of OrderItem, got 1"),
        ("order.items.0.quantity", "1", "expected a number, got '1'"),
        ("order.items.0.quantity", True, "expected a number, got True"),
        ("order.items.0.quantity", -1, "expected greater than or equal to 0, got -1"),
        ("order.items.0.quantity", 1e10, "expected less than or equal to 1000000000, got 10000000000.0"),
        ("order.items.0.total", "0.001", "expected at most 2 decimals in BRL, got 0.001"),
        ("order.items.0.productName", "x" * 1001, "expected at most 1000 characters, got 'xxx"),
        ("order.items.0.imgCardUrl", "x" * 2049, "expected at most 2048 characters, got 'xxx"),
    ],
    ids=lambda value: quote(str(value)[:30], safe=" ,[]{}"),
)
def test_a_wrong_value_of_a_created_order_is_named(field: str, value: Any, said: str) -> None:
    shown = field.replace(".0", "[0]")
    assert refusal("order-created", message(changed(an_event(), field, value))).startswith(f"{shown}: {said}")


@pytest.mark.parametrize("topic", ["customer-registered", "email-confirmed"])
def test_an_account_of_nobody_is_refused(topic: str) -> None:
    said = refusal(topic, message(an_account_event() | {"customerId": None}))
    assert said == "customerId: expected a valid string, got None"


def test_half_a_surrogate_pair_is_refused() -> None:
    said = refusal("order-created", message(an_event(eventId="\ud800")))
    assert said.startswith("eventId: expected a valid string")
    assert said.endswith(r"got '\ud800'")


@pytest.mark.parametrize("value", ["LOST", "completed", "8", "", 100, -1, 8.0, 8.5, True, [], {}])
def test_an_unknown_status_is_refused(value: Any) -> None:
    said = refusal("order-status-changed", message(a_status_change(value)))
    shown = {"[]": "a list of 0", "{}": "a dict of 0"}.get(repr(value), repr(value))
    assert said == f"status: {STATUS}, got {shown}"


@pytest.mark.parametrize("status", ["PAID", 8, 3])
def test_the_clock_can_only_expire_an_order(status: str | int) -> None:
    said = refusal("order-status-changed", message(a_status_change(status, expiredBy="clock")))
    assert said == f"expiredBy: expected none with the status {status}, got 'clock'"


def test_only_the_clock_is_named() -> None:
    said = refusal("order-status-changed", message(a_status_change("EXPIRED", expiredBy="Ana")))
    assert said == "expiredBy: expected 'clock', got 'Ana'"


def test_a_snapshot_of_another_order_is_refused() -> None:
    event = a_status_change(order_id="o-1", order=an_order("o-2"))
    assert refusal("order-status-changed", message(event)) == (
        "order.orderId: expected the event's orderId 'o-1', got 'o-2'"
    )


def test_an_item_without_total_among_several_is_refused() -> None:
    items = [an_order_item("p-1"), an_order_item("p-2", total=None)]
    assert refusal("order-created", message(an_event(an_order(items=items)))) == (
        "order.items[1].total: expected an amount (it may be left out only where there is one item), got None"
    )


@pytest.mark.parametrize("items", [2, 2000])
def test_items_that_are_too_much_together_are_refused(items: int) -> None:
    order = an_order(items=[an_order_item(total="10000000000000.00")] * items)
    assert refusal("order-created", message(an_event(order))) == (
        f"order.items: expected at most 1000000000000000 minor units of BRL together, got {items}" + "0" * 15
    )


@pytest.mark.parametrize("topic", ["customer-registered", "email-confirmed"])
def test_a_registration_in_the_future_is_refused(topic: str) -> None:
    event = an_account_event(registeredAt="2026-11-22T00:00:00Z")
    assert refusal(topic, message(event)).startswith("registeredAt: expected a time at most one day ahead")


def test_several_wrong_fields_are_named_together_but_not_all() -> None:
    said = refusal("order-created", b'{"eventId": 5, "storeId": 7, "order": 8}')
    assert said == (
        "eventId: expected a valid string, got 5; occurredAt: expected a value, got nothing; "
        "storeId: expected a valid string, got 7"
    )
