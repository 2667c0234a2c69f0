"""A trace goes on from a publication through the commit and the cache to what is published then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import runtime, tracing
from tests.functions.conftest import Forget
from tests.functions.messages import PubSub, an_old_creation, push

SENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(instance: Forget, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Have a fresh instance record its spans here."""
    exporter = InMemorySpanExporter()
    monkeypatch.setenv("TRACES", "console:1")
    monkeypatch.setattr(runtime, "_span_exporter", lambda _: exporter)
    instance()
    yield exporter
    tracing.stop()


def test_an_orders_trace_reaches_the_commit_the_cache_and_the_subscribers(
    apps: dict[str, Flask],
    pubsub: PubSub,
    store_id: str,
    spans: InMemorySpanExporter,
    capfd: pytest.CaptureFixture[str],
    project: str,
) -> None:
    push(apps["order_created"], "order-created", an_old_creation(store_id), attributes={"traceparent": SENT})
    found = spans.get_finished_spans()
    names = {span.name for span in found}
    assert names >= {"order_created", "commit", "cache", "publish customer-metrics-updated"}
    assert {f"{span.context.trace_id:032x}" for span in found} == {SENT[3:35]}
    (told,) = pubsub.take("customer-metrics-updated")
    assert told.attributes["traceparent"].startswith(SENT[:36])
    (line,) = [line for line in capfd.readouterr().out.splitlines() if '"event handled"' in line]
    assert f'"logging.googleapis.com/trace": "projects/{project}/traces/{SENT[3:35]}"' in line


def test_a_wrong_setting_is_told(monkeypatch: pytest.MonkeyPatch, instance: Forget) -> None:
    monkeypatch.setenv("TRACES", "everywhere")
    instance()
    with pytest.raises(Exception, match="TRACES: expected cloud or console and a share"):
        runtime.settings()
