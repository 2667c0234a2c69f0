"""The message that wakes a folder says since when it looks for deltas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.errors import MalformedEvent
from shared.messages.fold_asked import TOPIC, FoldAsked, ask_to_fold, read_fold_asked
from tests.builders import NOON

LATER = NOON + timedelta(seconds=3)


class Publisher:
    """Keeps the last message."""

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None:
        self.topic, self.document, self.attributes = topic, json.loads(data), attributes


def asked(since: datetime | None) -> FoldAsked:
    """Return what a folder reads that was woken at noon."""
    publisher = Publisher()
    ask_to_fold(publisher, "s/ü 1", NOON, since)
    assert (publisher.topic, publisher.attributes) == (TOPIC, {})
    return read_fold_asked(TOPIC, publisher.document, LATER)


@pytest.mark.parametrize("age", [timedelta(0), timedelta(microseconds=1), timedelta(days=400)])
def test_a_folder_reads_what_it_was_asked(age: timedelta) -> None:
    expected = FoldAsked.model_construct(store_id="s/ü 1", since=NOON - age, asked_at=NOON)
    assert asked(since=NOON - age) == expected


def test_without_a_time_it_looks_as_far_back_as_a_crash_may_leave_a_delta() -> None:
    assert asked(since=None).since == NOON - timedelta(minutes=15)


@pytest.mark.parametrize(
    "changed",
    [{"storeId": ""}, {"since": None}, {"askedAt": "soon"}, {"askedAt": "2027-11-20T12:00:00Z"}],
)
def test_a_message_of_another_form_is_refused(changed: dict[str, Any]) -> None:
    good = {"storeId": "s-1", "since": "2026-11-20T12:00:00Z", "askedAt": "2026-11-20T12:00:00Z"}
    assert read_fold_asked(TOPIC, good, LATER).store_id == "s-1"
    [field] = changed
    with pytest.raises(MalformedEvent, match=f"^{field}: "):
        read_fold_asked(TOPIC, good | changed, LATER)
