"""Spans of what an event passes, from its publication to the commit and the cache.

Off until `start` is called. Nothing of OpenTelemetry is imported before, so a cold start does not pay for it.
A message carries its trace in the attribute `traceparent` (W3C Trace Context).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, SpanKind

_FLUSH_MS = 2000

_provider: TracerProvider | None = None
_project = ""


def start(exporter: SpanExporter, share: float, project: str) -> None:
    """Record spans from now on.

    Args:
        exporter: where they go.
        share: of the traces that begin here, from 0 to 1. One that a message brings goes on as it was begun.
        project: whose traces they are.
    """
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    global _provider, _project
    stop()
    _provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _project = project


def stop() -> None:
    """Export what is left, and record nothing more."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
        _provider = None


@contextmanager
def span(name: str) -> Iterator[None]:
    """Record what is done meanwhile as a part of the current span, or as a trace of its own."""
    if _provider is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    with _recorded(_provider, name, None, SpanKind.INTERNAL):
        yield


@contextmanager
def received(name: str, attributes: Mapping[str, str]) -> Iterator[None]:
    """Record the handling of a message, in the trace that its attributes carry if they do."""
    if _provider is None:
        yield
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract(dict(attributes))
    with _recorded(_provider, name, context, SpanKind.CONSUMER):
        yield


def carried() -> dict[str, str]:
    """Return the attributes by which a message carries the current trace; none while traces are off."""
    carrier: dict[str, str] = {}
    if _provider is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(carrier)
    return carrier


def stamp(record: logging.LogRecord) -> bool:
    """Give a log record the fields by which Cloud Logging shows it with its trace; a logging filter."""
    if _provider is not None:
        from opentelemetry.trace import get_current_span

        current = get_current_span().get_span_context()
        if current.is_valid:
            trace = f"projects/{_project}/traces/{current.trace_id:032x}"
            record.__dict__["logging.googleapis.com/trace"] = trace
            record.__dict__["logging.googleapis.com/spanId"] = f"{current.span_id:016x}"
            record.__dict__["logging.googleapis.com/trace_sampled"] = current.trace_flags.sampled
    return True


@contextmanager
def _recorded(provider: TracerProvider, name: str, context: Context | None, kind: SpanKind) -> Iterator[None]:
    from opentelemetry.trace import get_current_span

    is_first = not get_current_span().get_span_context().is_valid
    recorded: Span | None = None
    try:
        with provider.get_tracer("tillpulse").start_as_current_span(name, context, kind=kind) as recorded:
            yield
    finally:
        # An instance may have no CPU between requests, so what a request recorded goes before its answer.
        if is_first and recorded is not None and recorded.get_span_context().trace_flags.sampled:
            provider.force_flush(_FLUSH_MS)
