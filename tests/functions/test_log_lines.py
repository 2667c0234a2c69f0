"""One JSON line for each event, in the form that Cloud Logging reads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from tests.functions.conftest import Forget
from tests.functions.messages import an_old_creation, an_old_status, push

pytestmark = pytest.mark.usefixtures("pubsub")
Apps = dict[str, Flask]


@pytest.fixture
def lines(instance: Forget, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return what reads the lines that were logged since it was last called."""
    instance()
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_event_is_one_line(apps: Apps, lines: Any, store_id: str) -> None:
    creation = an_old_creation(store_id)
    for event, outcome in ((creation, "applied"), (creation, "duplicate")):
        push(apps["order_created"], "order-created", event)
        (line,) = lines()
        assert line["severity"] == "INFO"
        assert line["message"] == "event handled"
        assert (line["function"], line["outcome"], line["messageId"]) == ("order_created", outcome, "17")
        assert (line["eventId"], line["storeId"], line["orderId"]) == (creation["eventId"], store_id, "o-1")
        assert line["durationMs"] > 0
        assert 0 <= line["messageAgeMs"] < 60_000


def test_an_order_tells_what_became_of_its_card_and_how_long_that_took(
    apps: Apps, lines: Any, store_id: str
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (line,) = lines()
    assert line["cacheOutcome"] == "stored"
    assert line["calculationMs"] >= 0
    assert line["cacheMs"] >= 0
    assert "error" not in line


def test_a_card_that_could_not_be_written_is_a_failure_with_its_kind(
    apps: Apps, lines: Any, store_id: str, instance: Forget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VALKEY_URL", "redis://127.0.0.1:1/0")
    instance()
    lines()
    assert push(apps["order_created"], "order-created", an_old_creation(store_id)).status_code == 500
    line = next(line for line in lines() if line["message"] == "event handled")
    assert (line["outcome"], line["cacheOutcome"], line["error"]) == ("retry", "failed", "CacheUnavailable")


def test_a_code_that_means_unpaid_is_told_as_ignored(
    apps: Apps, lines: Any, instance: Forget, monkeypatch: pytest.MonkeyPatch, store_id: str
) -> None:
    monkeypatch.setenv("UNPAID_STATUS_CODES", "3")
    instance()
    push(apps["order_status_changed"], "order-status-changed", an_old_status(store_id, 3))
    (line,) = lines()
    assert (line["severity"], line["outcome"]) == ("INFO", "ignored")
    assert (line["storeId"], line["orderId"]) == (store_id, "o-1")


def test_a_dead_letter_is_a_warning_with_its_reason(apps: Apps, lines: Any) -> None:
    push(apps["order_created"], "order-created", data=b"{}")
    (line,) = lines()
    assert (line["severity"], line["outcome"]) == ("WARNING", "dead_letter")
    assert line["reason"].startswith("eventId: ")
    assert not {"eventId", "storeId", "orderId"} & line.keys()


def test_a_dead_letter_is_found_by_the_ids_it_has(apps: Apps, lines: Any, store_id: str) -> None:
    push(
        apps["order_created"],
        "order-created",
        an_old_creation(store_id, {"orderId": "o-1"}, eventId="ü" * 201),
    )
    (line,) = lines()
    assert (line["outcome"], line["storeId"], line["orderId"]) == ("dead_letter", store_id, "o-1")
    assert "eventId" not in line


def test_a_failure_is_a_warning_that_names_the_error(
    apps: Apps, lines: Any, store_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VALKEY_URL", "redis://127.0.0.1:1/0")
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    (line,) = lines()
    assert (line["severity"], line["outcome"], line["error"]) == ("WARNING", "retry", "CacheUnavailable")
    assert (line["storeId"], line["orderId"]) == (store_id, "o-1")
    assert line["durationMs"] > 0


def test_no_line_tells_of_the_customer_or_what_was_bought(apps: Apps, lines: Any, store_id: str) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id))
    assert not {"customerId", "order", "data", "price"} & lines()[0].keys()
    push(apps["order_created"], "order-created", data=b"{}")
    assert not {"customerId", "order", "data", "price"} & lines()[0].keys()
