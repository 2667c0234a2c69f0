"""A Firestore client whose calls can be counted, and one of whose answers can be lost, at the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc  # type: ignore[import-untyped]

from shared.adapters.firestore.client import Client


class WireLog(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Sees every call. `calls` are method names; `documents` counts those that were read.

    Set `lose_answer_of` to a method to have its next call take effect and look as if Firestore were away.
    `before_call` is called with the number of calls so far.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.documents = 0
        self.lose_answer_of: str | None = None
        self.before_call: Callable[[int], object] = lambda _: None

    def clear(self) -> None:
        self.calls, self.documents = [], 0

    def intercept_unary_unary(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        name = self._note(details)
        answer = call(details, request)
        if name == self.lose_answer_of:
            self.lose_answer_of = None
            answer.result()
            raise AnswerLost
        return answer

    def intercept_unary_stream(self, call: Callable[..., Any], details: Any, request: Any) -> Any:
        self._note(details)
        return _CountedStream(call(details, request), self)

    def _note(self, details: Any) -> str:
        self.before_call(len(self.calls))
        name = str(details.method).rpartition("/")[2]
        self.calls.append(name)
        return name


class AnswerLost(grpc.RpcError):  # type: ignore[misc]
    """A connection that broke before the answer came."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE

    def details(self) -> str:
        return "the connection broke"

    def trailing_metadata(self) -> tuple[()]:
        return ()

    def result(self) -> None:
        raise self


class _CountedStream:
    """A stream of answers that counts the documents in it."""

    def __init__(self, stream: Any, log: WireLog) -> None:
        self._stream = stream
        self._log = log

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        answer = next(self._stream)
        # A document asked for by name is paid for also where it is missing.
        self._log.documents += any(getattr(answer, field, None) for field in ("found", "missing", "document"))
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class LoggedClient(Client):
    """A client of the emulator with a log of its calls."""

    def __init__(self, project: str) -> None:
        super().__init__(project, "(default)")
        self.log = WireLog()

    def _emulator_channel(self, transport: Any) -> Any:
        channel = super()._emulator_channel(transport)  # type: ignore[no-untyped-call]
        return grpc.intercept_channel(channel, self.log)

    def open_channel(self, host: str) -> grpc.Channel:
        return grpc.intercept_channel(super().open_channel(host), self.log)
