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
    topics = ("order-created", "order-status-changed")
    return {
        "urls": {name: stack.state.urls[name] for name in ("dashboard", "graphql", "payments")},
        "topics": {topic: f"projects/{stack.state.project_id}/topics/{topic}" for topic in topics},
    }


def test_a_sale_comes_and_goes(
    stack: LocalStack,
    outputs: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):  # what the first left behind does not disturb the second
        monkeypatch.setenv("TOKEN", stack.state.token)
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
        assert smoke.main() == 0, capsys.readouterr().err
        said = capsys.readouterr().out
        assert "3 of 3 functions answer." in said
        assert "A published order was on the dashboard after" in said


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


def test_without_a_token_it_says_what_it_left_out(
    outputs: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(outputs)))
    assert smoke.main() == 0
    assert "No order was published" in capsys.readouterr().out
