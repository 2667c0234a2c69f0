"""Publishing to Pub/Sub."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.types import BatchSettings

from shared.errors import PublishFailed

_TIMEOUT_S = 10.0
_RETRY = Retry(
    predicate=if_exception_type(exceptions.ServiceUnavailable, exceptions.Aborted),
    initial=0.1,
    maximum=1.0,
    timeout=_TIMEOUT_S,
)


class Publisher:
    """Publishes messages one by one. Safe to share between threads."""

    def __init__(self, project: str) -> None:
        self._project = project
        # The caller waits for each message: holding it back to fill a batch would only add latency.
        self._client = PublisherClient(batch_settings=BatchSettings(max_latency=0))
        self._lock = Lock()

    def publish(self, topic: str, data: bytes, attributes: Mapping[str, str]) -> None:
        """Publish the message and wait until Pub/Sub has it.

        Raises:
            PublishFailed: Pub/Sub may not have it; publish it again.
        """
        path = self._client.topic_path(self._project, topic)
        try:
            future = self._client.publish(path, data, retry=_RETRY, timeout=_TIMEOUT_S, **attributes)
            future.result(timeout=_TIMEOUT_S)
        except (exceptions.GoogleAPIError, TimeoutError) as error:
            raise PublishFailed(f"topic {topic} did not take the message: {error}") from error
