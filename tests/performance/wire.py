"""A Firestore client that counts what goes over the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.cloud.firestore import Client

_ANSWERED = ("found", "missing", "document", "result")
"""Fields of an answer that a read is billed for; a document asked for by name is one also if missing."""


class WireCounter(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Counts calls, documents read and written, and bytes of messages both ways, without HTTP/2's own."""

    def __init__(self) -> None:
        self.counts = Counter[str]()

    def take(self) -> Counter[str]:
        """Return what was counted since the last time."""
        counts, self.counts = self.counts, Counter()
        return counts

    def intercept_unary_unary(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        self._sent(request)
        answer = call(details, request)
        self._received(answer.result())
        return answer

    def intercept_unary_stream(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        self._sent(request)
        return _CountedStream(call(details, request), self._received)

    def _sent(self, request: Any) -> None:
        self.counts.update(calls=1, bytes=_size(request))

    def _received(self, answer: Any) -> None:
        read = any(getattr(answer, field, None) for field in _ANSWERED)
        # What was refused has no results, and costs nothing.
        written = len(getattr(answer, "write_results", ()))
        self.counts.update(bytes=_size(answer), reads=int(read), writes=written)


class CountedClient(Client):
    """A client of the emulator; what it counts is in `wire`."""

    def __init__(self, project: str) -> None:
        super().__init__(project=project)
        self.wire = WireCounter()

    def _emulator_channel(self, transport: Any) -> Any:
        channel = super()._emulator_channel(transport)  # type: ignore[no-untyped-call]
        return grpc.intercept_channel(channel, self.wire)


class _CountedStream:
    """A stream of answers, each of which is counted when it comes."""

    def __init__(self, stream: Any, received: Callable[[Any], None]) -> None:
        self._stream = stream
        self._received = received

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        answer = next(self._stream)
        self._received(answer)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _size(message: Any) -> int:
    """Return the bytes of a message, of the client library's own class or of protobuf's."""
    return int(getattr(message, "_pb", message).ByteSize())
