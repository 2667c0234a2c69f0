"""The list of functions."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.errors import StackError
from emulator.options import REPOSITORY
from emulator.topology import read_topology

DELIVERY = {
    "ackDeadlineSeconds": 600,
    "minimumBackoffSeconds": 1,
    "maximumBackoffSeconds": 600,
    "maxDeliveryAttempts": 100,
    "messageRetentionDays": 7,
    "deadLetterTopic": "dead-letters",
}


def a_function(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "source": "functions/orders",
        "entryPoint": "order_created",
        "trigger": {"topic": "order-created"},
        "publishes": ["customer-metrics-updated"],
        "concurrency": 16,
        "timeoutSeconds": 60,
        "environment": ["LOG_LEVEL"],
        "secrets": [],
    } | changes


def write(folder: Path, *functions: dict[str, Any]) -> Path:
    path = folder / "topology.json"
    path.write_text(json.dumps({"delivery": DELIVERY, "functions": functions}))
    return path


def test_the_repository_has_a_valid_list() -> None:
    topology = read_topology(REPOSITORY / "infra" / "topology.json")
    assert topology.delivery.dead_letter_topic in topology.topics()


def test_samples_run_on_the_local_stack_alone() -> None:
    topology = read_topology(REPOSITORY / "infra" / "topology.json")
    assert [sample.name for sample in topology.samples] == ["discounts"]
    assert not {*topology.samples} & {*topology.functions}
    assert topology.local == (*topology.functions, *topology.samples)
    assert "discount-decided" in topology.topics()


def test_topics_are_those_consumed_published_or_kept(tmp_path: Path) -> None:
    topology = read_topology(write(tmp_path, a_function("a"), a_function("b", trigger={"http": True})))
    assert topology.topics() == ("customer-metrics-updated", "dead-letters", "order-created")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"trigger": {}}, "expected one trigger"),
        ({"trigger": {"topic": "t", "http": True}}, "expected one trigger"),
        ({"trigger": {"queue": "t"}}, "expected one trigger"),
        ({"secrets": [{"name": "x"}]}, "names of environment variables"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(StackError, match=complaint):
        read_topology(write(tmp_path, a_function("a", **changes)))


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    function = a_function("a")
    del function["entryPoint"]
    with pytest.raises(StackError, match="entryPoint"):
        read_topology(write(tmp_path, function))


def test_a_name_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="twice: a"):
        read_topology(write(tmp_path, a_function("a"), a_function("a")))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"nowhere\.json"):
        read_topology(tmp_path / "nowhere.json")
