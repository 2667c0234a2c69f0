"""The command that signs and sends a webhook; tests/end_to_end/test_pages.py has the function accept some."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.__main__ import main
from emulator.state import StackState, StateFolder
from shared.payments.providers import PROVIDERS
from tests.unit.test_emulator_reconcile import answering

NOBODY = "http://127.0.0.1:1"


def run(folder: Path, url: str, provider: str) -> Result:
    state = StackState(
        project_id="p", firestore_host="", pubsub_host="", valkey_url="", urls={"payments": url}, token="t",
        webhook_secret="secret", issuer="", audience="", supervisor_pid=1, functions={},
    )  # fmt: skip
    state.write(StateFolder(folder).stack_file)
    return CliRunner().invoke(main, ["webhook", "--state-dir", str(folder), provider], input='{"n": 1}')


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_answer_is_shown(tmp_path: Path, provider: str) -> None:
    with answering(200, b'{"outcome": "published"}') as (url, asked):
        result = run(tmp_path, url, provider)
    assert (result.output, result.exit_code) == ('{"outcome": "published"}\n', 0)
    assert asked == [(None, {"n": 1})]


def test_a_refusal_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with answering(400, b'{"detail": "createdAt: expected a value"}') as (url, _):
        result = run(tmp_path, url, "bravive")
    assert result.exit_code == 1
    assert "payments answered 400" in result.output
    assert "createdAt: expected a value" in result.output


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("paypal", f"expected a payment provider ({', '.join(PROVIDERS)}), got 'paypal'"),
        ("stripe", "did not answer"),
    ],
)
def test_what_cannot_be_sent_is_explained(tmp_path: Path, provider: str, said: str) -> None:
    result = run(tmp_path, NOBODY, provider)
    assert result.exit_code == 1
    assert said in result.output
