"""The smoke test of a deploy, against the local stack: it publishes an order, sees it, and takes it back."""

from __future__ import annotations

import io
import json

import pytest

from emulator.stack import LocalStack
from infra import smoke


@pytest.fixture
def outputs(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return what Terraform would say of the stack."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", stack.state.pubsub_host)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", stack.state.firestore_host)
    topics = ("order-created", "order-status-changed")
    return {
        "urls": {name: stack.state.urls[name] for name in ("dashboard", "graphql", "payments")},
        "topics": {topic: f"projects/{stack.state.project_id}/topics/{topic}" for topic in topics},
        "public_functions": ["dashboard", "graphql", "payments"],
        "firestore_database": "(default)",
        "secrets_missing": [],
    }


@pytest.mark.parametrize("seen", ["on the dashboard", "in the ledger"])
def test_a_sale_comes_and_goes(
    seen: str,
    stack: LocalStack,
    outputs: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):  # what the first left behind does not disturb the second
        monkeypatch.setenv("TOKEN", stack.state.token if seen == "on the dashboard" else "")
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
        assert smoke.main() == 0, capsys.readouterr().err
        said = capsys.readouterr().out
        assert "3 of 3 functions answer." in said
        assert f"A published order was {seen} after" in said


@pytest.mark.parametrize("fault", ["token", "topics"])
def test_an_order_that_does_not_arrive_is_told(
    fault: str,
    stack: LocalStack,
    outputs: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if fault == "topics":
        outputs["topics"] = {"order-created": "projects/demo-nobody/topics/order-created"}
    monkeypatch.setenv("TOKEN", "no token" if fault == "token" else stack.state.token)
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
    assert smoke.main() == 1
    expected = {"token": "PUT /stores/smoke answered 401", "topics": "topic order-created did not take"}
    assert expected[fault] in capsys.readouterr().err


def test_before_the_salt_of_pseudonyms_is_there_no_order_is_published(
    outputs: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs["secrets_missing"] = ["PSEUDONYM_SALT"]
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
    assert smoke.main() == 0
    assert "orders wait until PSEUDONYM_SALT has a version" in capsys.readouterr().out
