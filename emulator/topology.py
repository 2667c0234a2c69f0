"""The one list of functions, `infra/topology.json`, as types."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.errors import StackError


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How Pub/Sub delivers to every function with a topic."""

    ack_deadline_s: int
    minimum_backoff_s: int
    maximum_backoff_s: int
    max_delivery_attempts: int
    message_retention_days: int
    dead_letter_topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One deployed function. `source` is relative to the root of the repository.

    Exactly one trigger: `topic`, `schedule` (a cron expression; called over HTTP), or neither for plain HTTP.
    `environment` and `secrets` are names of environment variables, never values.
    """

    name: str
    source: str
    entry_point: str
    topic: str | None
    schedule: str | None
    publishes: tuple[str, ...]
    concurrency: int
    timeout_s: int
    environment: tuple[str, ...]
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Every function, and what they share.

    `functions` are deployed. `samples` stand for other applications, and run on the local stack alone.
    """

    delivery: Delivery
    functions: tuple[FunctionSpec, ...]
    samples: tuple[FunctionSpec, ...]

    @property
    def local(self) -> tuple[FunctionSpec, ...]:
        """What the local stack runs."""
        return (*self.functions, *self.samples)

    def topics(self) -> tuple[str, ...]:
        """Return every topic that is consumed, published to or keeps dead letters, once, sorted."""
        names = {self.delivery.dead_letter_topic}
        for function in self.local:
            names.update(function.publishes)
            if function.topic is not None:
                names.add(function.topic)
        return tuple(sorted(names))


def read_topology(path: Path) -> Topology:
    """Read and check the file.

    Raises:
        StackError: the file is missing, is no JSON, lacks a field or names a function twice; fix the file.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        delivery, functions = document["delivery"], document["functions"]
        topology = Topology(
            delivery=_delivery(delivery),
            functions=tuple(_function(function) for function in functions),
            samples=tuple(_function(function) for function in document.get("samples", ())),
        )
    except OSError as error:
        raise StackError(f"cannot read the list of functions: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StackError(f"{path} is not a valid list of functions: {error!r}") from error
    names = [function.name for function in topology.local]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise StackError(f"{path} names these functions twice: {', '.join(repeated)}")
    return topology


def _delivery(fields: dict[str, Any]) -> Delivery:
    return Delivery(
        ack_deadline_s=fields["ackDeadlineSeconds"],
        minimum_backoff_s=fields["minimumBackoffSeconds"],
        maximum_backoff_s=fields["maximumBackoffSeconds"],
        max_delivery_attempts=fields["maxDeliveryAttempts"],
        message_retention_days=fields["messageRetentionDays"],
        dead_letter_topic=fields["deadLetterTopic"],
    )


def _function(fields: dict[str, Any]) -> FunctionSpec:
    trigger = fields["trigger"]
    unknown = set(trigger) - {"topic", "schedule", "http"}
    if len(trigger) != 1 or unknown:
        raise ValueError(f"{fields['name']}: expected one trigger of topic, schedule, http; found {trigger}")
    if not all(isinstance(secret, str) for secret in fields["secrets"]):
        raise ValueError(f"{fields['name']}: secrets are names of environment variables")
    return FunctionSpec(
        name=fields["name"],
        source=fields["source"],
        entry_point=fields["entryPoint"],
        topic=trigger.get("topic"),
        schedule=trigger.get("schedule"),
        publishes=tuple(fields["publishes"]),
        concurrency=fields["concurrency"],
        timeout_s=fields["timeoutSeconds"],
        environment=tuple(fields["environment"]),
        secrets=tuple(fields["secrets"]),
    )
