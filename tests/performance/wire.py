"""A Firestore client that counts what goes over the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc  # type: ignore[import-untyped]

from shared.adapters.firestore.client import Client

_ANSWERED = ("found", "missing", "document", "result")
"""The fields of an answer that is billed as a read; so is a named document that is missing."""


class WireCounter(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Counts calls, documents read and written, and bytes of messages both ways, without HTTP/2's own."""

    def __init__(self) -> None:
        self.counts = Counter[str]()

    def counted(self, run: Callable[[], object]) -> Counter[str]:
        """Return what `run` sends and receives."""
        self.counts = Counter()
        run()
        return self.counts

    def intercept_unary_unary(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        self._sent(request)
        answer = call(details, request)
        self._received(answer.result())
        return answer

    def intercept_unary_stream(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        self._sent(request)
        return self._read(call(details, request))

    def _read(self, stream: Iterator[Any]) -> Iterator[Any]:
        for answer in stream:
            self._received(answer)
            yield answer

    def _sent(self, request: Any) -> None:
        self.counts.update(calls=1, bytes=_size(request))

    def _received(self, answer: Any) -> None:
        read = any(getattr(answer, field, None) for field in _ANSWERED)
        # A commit that was refused has no results, and costs nothing.
        written = len(getattr(answer, "write_results", ()))
        self.counts.update(bytes=_size(answer), reads=int(read), writes=written)


class CountedClient(Client):
    """A client of the emulator; its counts are in `wire`."""

    def __init__(self, project: str) -> None:
        super().__init__(project, "(default)")
        self.wire = WireCounter()

    def _emulator_channel(self, transport: Any) -> Any:
        channel = super()._emulator_channel(transport)  # type: ignore[no-untyped-call]
        return grpc.intercept_channel(channel, self.wire)

    def open_channel(self, host: str) -> grpc.Channel:
        return grpc.intercept_channel(super().open_channel(host), self.wire)


def _size(message: Any) -> int:
    """Return the bytes of a message, of the client library's own class or of protobuf's."""
    return int(getattr(message, "_pb", message).ByteSize())
