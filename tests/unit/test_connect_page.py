"""What docs/CONNECT.md tells publishers is right; tests/functions/test_publish_page.py runs the snippets."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from shared.messages.decode import decode
from shared.messages.events import EVENTS
from tests import pages

PAGE = "docs/CONNECT.md"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_publishers_may_publish_to_each_topic_of_incoming_events() -> None:
    [listed] = re.findall(r"^for TOPIC in (.*); do$", pages.read(PAGE), re.MULTILINE)
    assert {*listed.split()} == EVENTS.keys()


def test_the_event_of_the_java_sample_is_one() -> None:
    [sample] = [block.text for block in pages.blocks(PAGE) if block.language == "java"]
    [event] = re.findall(r'"""\n(.*?)"""', sample, re.DOTALL)
    assert decode("order-created", event.encode(), NOW) is not None
