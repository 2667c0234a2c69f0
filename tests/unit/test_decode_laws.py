"""Whatever arrives is decoded or refused with a reason; nothing else can happen."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.errors import MalformedEvent
from shared.messages.decode import decode, events_of, parse, texts_of
from shared.messages.events import EVENTS
from tests.builders import COMMON, a_status_change, an_account_event, an_event, an_order, message, utc

NOW = utc("2026-11-20T15:00:00Z")
LONGEST_REASON = 1024

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-20T12:00:00Z", "129.90", "BRL", "COMPLETED", "\ud800", "\0", "9" * 40, "o-1"])
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
topics = st.sampled_from(list(EVENTS))
VALID: list[dict[str, Any]] = [an_event(), a_status_change(order=an_order()), an_account_event()]


def decode_or_refuse(topic: str, data: bytes) -> None:
    reason = "message: none"
    try:
        decode(topic, data, NOW)
    except MalformedEvent as refused:
        reason = str(refused)
    assert ": " in reason
    assert reason.isprintable()
    assert len(reason) <= LONGEST_REASON


@given(topics, st.binary(max_size=64))
def test_any_bytes_are_decoded_or_refused(topic: str, data: bytes) -> None:
    decode_or_refuse(topic, data)


@given(topics, documents)
def test_any_json_is_decoded_or_refused(topic: str, document: Any) -> None:
    decode_or_refuse(topic, message(document))


@given(topics, st.sampled_from(VALID), st.data())
@settings(max_examples=3 * settings().max_examples)
def test_an_event_with_any_one_value_is_decoded_or_refused(
    topic: str, event: dict[str, Any], data: st.DataObject
) -> None:
    event = json.loads(json.dumps(event))
    places: list[tuple[Any, Any]] = [(event, name) for name in event]
    if "order" in event:
        places += [(event["order"], name) for name in event["order"]]
        places += [(item, name) for item in event["order"]["items"] for name in item]
    place, name = data.draw(st.sampled_from(places), label="place")
    place[name] = data.draw(documents, label="value")
    decode_or_refuse(topic, message(event))


@given(topics, st.integers(1, 2000), st.sampled_from(['{"a":', "[", '{"order":{"items":[']))
@settings(max_examples=20)
def test_any_nesting_is_decoded_or_refused(topic: str, depth: int, opening: str) -> None:
    decode_or_refuse(topic, opening.encode() * depth)


@pytest.mark.parametrize("digits", [1, 100, 4000])
@pytest.mark.parametrize("number", ["-{}", "{}", "0.{}", "-0.{}", "1e{}", "1e-{}"])
@pytest.mark.parametrize("field", ["price", "quantity", "status", "eventId"])
def test_a_number_of_any_length_is_decoded_or_refused(field: str, number: str, digits: int) -> None:
    document = message(a_status_change(order=an_order()))
    for written in (b'"129.90"', b"1", b'"COMPLETED"', b'"e-1"'):
        name = f'"{field}": '.encode()
        document = document.replace(name + written, name + number.format("1" * digits).encode())
    assert number.format("1" * digits).encode() in document
    decode_or_refuse("order-status-changed", document)


def test_what_all_events_carry_is_not_enough() -> None:
    for topic in EVENTS:
        with pytest.raises(MalformedEvent):
            decode(topic, message(COMMON), NOW)


@given(st.lists(documents, max_size=5), st.sampled_from([None, 0, 3]), st.booleans())
def test_a_list_falls_into_the_events_that_it_holds(
    events: list[Any],
    indent: int | None,
    ascii: bool,
) -> None:
    try:
        data = json.dumps(events, indent=indent, ensure_ascii=ascii, allow_nan=False).encode()
    except ValueError:
        assume(False)
    texts = texts_of(data)
    assert [parse(text) for text in texts] == events_of(parse(data))
