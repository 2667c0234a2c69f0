"""A trace goes from a publication to the commit and the cache, and costs nothing while traces are off."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import tracing

SENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_SAMPLED = SENT.removesuffix("01") + "00"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Record every trace that begins here."""
    exporter = InMemorySpanExporter()
    tracing.start(exporter, 1.0, "my-project")
    yield exporter
    tracing.stop()


def test_a_message_goes_on_with_the_trace_that_it_brings(spans: InMemorySpanExporter) -> None:
    with tracing.received("order_created", {"traceparent": SENT}), tracing.span("commit"):
        pass
    commit, handled = spans.get_finished_spans()
    assert (commit.name, handled.name) == ("commit", "order_created")
    assert f"{handled.context.trace_id:032x}" == SENT[3:35]
    assert handled.parent is not None
    assert f"{handled.parent.span_id:016x}" == SENT[36:52]
    assert commit.parent is not None
    assert commit.parent.span_id == handled.context.span_id


def test_a_published_message_carries_its_trace(spans: InMemorySpanExporter) -> None:
    with tracing.span("publish order-created"):
        sent = tracing.carried()
    with tracing.received("order_created", sent):
        pass
    published, handled = spans.get_finished_spans()
    assert handled.context.trace_id == published.context.trace_id
    assert sent["traceparent"].startswith(f"00-{published.context.trace_id:032x}")


@pytest.mark.parametrize("attributes", [{}, {"traceparent": "nonsense"}])
def test_a_message_without_a_trace_begins_one(
    spans: InMemorySpanExporter, attributes: dict[str, str]
) -> None:
    with tracing.received("order_created", attributes):
        pass
    (handled,) = spans.get_finished_spans()
    assert handled.parent is None


def test_whoever_began_a_trace_decides_whether_it_is_recorded(spans: InMemorySpanExporter) -> None:
    with tracing.received("order_created", {"traceparent": NOT_SAMPLED}):
        pass
    assert spans.get_finished_spans() == ()


def test_a_failure_is_recorded_and_escapes(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="lost"), tracing.received("order_created", {}):
        raise ValueError("lost")
    (handled,) = spans.get_finished_spans()
    assert not handled.status.is_ok


@pytest.mark.usefixtures("spans")
def test_a_log_line_names_its_trace() -> None:
    record = logging.LogRecord("tillpulse", logging.INFO, "", 0, "event handled", None, None)
    with tracing.received("order_created", {"traceparent": SENT}):
        assert tracing.stamp(record)
    fields = vars(record)
    assert fields["logging.googleapis.com/trace"] == f"projects/my-project/traces/{SENT[3:35]}"
    assert len(fields["logging.googleapis.com/spanId"]) == 16
    assert fields["logging.googleapis.com/trace_sampled"] is True


def test_while_traces_are_off_nothing_is_carried_recorded_or_imported() -> None:
    code = (
        "import json, logging, sys\n"
        "from shared import tracing\n"
        "record = logging.LogRecord('tillpulse', 20, '', 0, 'event handled', None, None)\n"
        "with tracing.received('order_created', {'traceparent': 'x'}), tracing.span('commit'):\n"
        "    carried, stamped = tracing.carried(), tracing.stamp(record)\n"
        "loaded = [name for name in sys.modules if name.startswith('opentelemetry')]\n"
        "print(json.dumps([carried, [k for k in vars(record) if 'trace' in k], loaded]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [{}, [], []]
