"""A message holds one event or a list of them; each element is kept as it was written."""

from decimal import Decimal

import pytest

from shared.errors import MalformedEvent
from shared.messages.decode import events_of, parse, texts_of
from shared.messages.events import MOST_EVENTS


def test_events_in_a_list_are_those_events_and_one_alone_is_a_list_of_one() -> None:
    assert events_of(parse(b' [{"a": 1.10}, 2] ')) == [{"a": Decimal("1.10")}, 2]
    assert events_of(parse(b'{"a": 1}')) == [{"a": 1}]
    assert events_of(parse(b"[]")) == []


def test_a_list_of_too_many_events_is_refused() -> None:
    assert len(events_of(parse(b"[" + b"1," * (MOST_EVENTS - 1) + b"1]"))) == MOST_EVENTS
    with pytest.raises(MalformedEvent, match=r"message: expected at most 1000 events, got 1001"):
        events_of(parse(b"[" + b"1," * MOST_EVENTS + b"1]"))


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"[]", []),
        (b" [ \n ] ", []),
        (b'[{"a": 1.10}]', [b'{"a": 1.10}']),
        ('\t[ {"ü": [1, {"b": "],"}]} ,\r\n"x\\"]", 1e400,null ]'.encode(), [
            '{"ü": [1, {"b": "],"}]}'.encode(), b'"x\\"]"', b"1e400", b"null",
        ]),
    ],
)  # fmt: skip
def test_an_element_is_kept_as_it_was_written(data: bytes, texts: list[bytes]) -> None:
    assert texts_of(data) == texts
    assert [parse(text) for text in texts] == events_of(parse(data))
