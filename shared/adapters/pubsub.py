"""Publishing to Pub/Sub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.pubsub_v1 import PublisherClient
from google.pubsub_v1.types import PublishRequest

from shared import tracing
from shared.errors import PublishFailed

_TIMEOUT_S = 10.0
_RETRY = Retry(
    predicate=if_exception_type(exceptions.ServiceUnavailable, exceptions.Aborted),
    initial=0.1,
    maximum=1.0,
    timeout=_TIMEOUT_S,
)
_ATTRIBUTE_BYTES = 24
"""More than the fields around an attribute, or around a message's data, take on the wire."""

_MOST_MESSAGES = 1000
_MOST_BYTES = 9_000_000
"""Pub/Sub accepts 1,000 messages and 10 MB in one call. A message above our limit is published alone."""


class Publisher:
    """Publishes messages and waits until Pub/Sub has stored them. Safe to share between threads.

    The generated client: the one of `google.cloud` batches in background threads, which doesn't help a caller
    who waits, and loads the subscriber too.
    """

    def __init__(self, project: str) -> None:
        self._project = project
        self._client = PublisherClient()

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None:
        """Publish the message and wait until Pub/Sub has stored it: one call.

        Raises:
            PublishFailed: Pub/Sub may not have stored it; publish it again.
        """
        self.publish_all(topic, [(data, attributes)])

    def publish_all(self, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None:
        """Publish messages, each as data and attributes, and wait: one call for as many as fit.

        Raises:
            PublishFailed: Pub/Sub may not have stored some of them; publish all of them again.
        """
        path = self._client.topic_path(self._project, topic)
        with tracing.span(f"publish {topic}"):
            carried = tracing.carried()
            self._send(path, topic, [(data, {**carried, **attributes}) for data, attributes in messages])

    def _send(self, path: str, topic: str, messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> None:
        for chunk in _chunks(messages):
            try:
                self._client.publish(
                    PublishRequest(topic=path, messages=chunk), retry=_RETRY, timeout=_TIMEOUT_S
                )
            except exceptions.GoogleAPIError as error:
                raise PublishFailed(f"topic {topic} did not take the messages: {error}") from error


def _chunks(messages: Sequence[tuple[bytes, Mapping[str, str]]]) -> Iterator[list[dict[str, Any]]]:
    """Yield as many messages as fit into a call. Data may be large, so only the request makes it protobuf."""
    chunk: list[dict[str, Any]] = []
    size = 0
    for data, attributes in messages:
        message = {"data": data, "attributes": dict(attributes)}
        names = sum(len(f"{name}{value}".encode()) + _ATTRIBUTE_BYTES for name, value in attributes.items())
        weight = len(data) + names + _ATTRIBUTE_BYTES
        if chunk and (len(chunk) == _MOST_MESSAGES or size + weight > _MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(message)
        size += weight
    if chunk:
        yield chunk
