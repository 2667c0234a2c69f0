"""Cutting a file into messages."""

import pytest

from emulator.errors import StackError
from emulator.messages import split_messages


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('{"price": 129.90}\n', [b'{"price": 129.90}']),
        ('{\n  "a": 1\n}\n', [b'{\n  "a": 1\n}']),
        ('{"a": 1}\n\n{"a": 2}\n', [b'{"a": 1}', b'{"a": 2}']),
        ('"é"', ['"é"'.encode()]),
    ],
)
def test_a_document_is_one_message_and_json_lines_are_many(text: str, messages: list[bytes]) -> None:
    assert split_messages(text) == messages


def test_the_bad_line_is_named() -> None:
    with pytest.raises(StackError, match="line 2 is no JSON: oops"):
        split_messages('{"a": 1}\noops\n')


def test_nothing_is_not_published() -> None:
    with pytest.raises(StackError, match="nothing to publish"):
        split_messages("\n")
