"""Message data."""

import json

from shared.messages.publishing import encode


def test_an_event_is_one_json_text_that_a_person_can_read() -> None:
    event = {"name": "Zoë", "points": 5}
    assert json.loads(encode(event)) == event
    assert encode(event).decode() == '{"name": "Zoë", "points": 5}'
