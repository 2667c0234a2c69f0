"""Every staged folder serves with its own requirements alone, and answers."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.local_http import request
from emulator.ports import HOST, PortBook
from emulator.topology import FunctionSpec, read_topology
from infra.stage import REPOSITORY
from tests.builders import COMMON, a_status_change, an_account_event, an_event
from tests.deploy.conftest import Interpreter
from tests.functions.messages import PubSub
from tests.infra.reach import reach
from tests.patience import wait_for
from tests.webhooks import secrets_of

TOPOLOGY = read_topology(REPOSITORY / "infra" / "topology.json")
FUNCTIONS = {function.name: function for function in TOPOLOGY.functions}
EVENTS = {
    "order-created": an_event(),
    "order-status-changed": a_status_change(),
    "customer-registered": an_account_event(),
    "email-confirmed": an_account_event(),
    "basket-started": COMMON | {"basketId": "b-1", "employeeId": 1, "terminalId": "term_001"},
    "dead-letters": {"any": "thing"},
    "fold": {"storeId": "s-1", "since": "2026-11-20T12:00:00Z", "more": False},
}
ANSWERS = {
    "payments": ("POST", "/webhooks/payments/bravive", 401),
    "graphql": ("GET", "/health", 200),
    "dashboard": ("GET", "/health", 200),
    "reconcile": ("POST", "/", 401),
}
"""Of functions that wait for people or providers; one that is scheduled is called as it will be."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_staged_function_boots_and_answers(
    name: str,
    dist: Path,
    interpreter: Interpreter,
    project: str,
    firestore_host: str,
    pubsub_host: str,
    valkey_url: str,
    tmp_path: Path,
) -> None:
    function = FUNCTIONS[name]
    folder = Path(function.source).name
    for topic in function.publishes:
        PubSub(pubsub_host, project).open(topic)
    sign_in = [variable for variable in function.environment if variable.startswith("AUTH_")]
    secrets = {
        name: secrets_of("secret") if name.endswith("_WEBHOOK_SECRETS") else "secret"
        for name in function.secrets
    }
    environment = (
        dict.fromkeys(sign_in, "https://issuer.example")
        | secrets
        | {
            "CUSTOMER_API_TOKENS": "[]",
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "GOOGLE_CLOUD_PROJECT": project,
            "HOME": str(tmp_path),
            "K_SERVICE": name,
            "PATH": "/usr/bin:/bin",
            "PUBSUB_EMULATOR_HOST": pubsub_host,
            "PYDANTIC_DISABLE_PLUGINS": "__all__",
            "PYTHONTZPATH": "",
            "VALKEY_URL": valkey_url,
        }
    )
    command = [str(interpreter(folder).with_name("functions-framework")), "--target", function.entry_point]
    log = tmp_path / "log"
    with serve(command, dist / folder, environment, log) as host:
        method, path, body, expected = question(function)
        status, _ = request(host, method, path, body, timeout_s=30)
    assert status in expected, log.read_text()
    assert not (tmp_path / ".gunicorn").exists(), "a socket through which an instance takes commands"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_that_a_function_may_import_is_in_its_folder(
    name: str, dist: Path, interpreter: Interpreter, tmp_path: Path
) -> None:
    """Also what it imports only on Google Cloud."""
    function = FUNCTIONS[name]
    folder = dist / Path(function.source).name
    reached = reach(function.source, function.entry_point)
    modules = sorted(reached.modules | reached.libraries)
    program = f"""
        import importlib, sys
        sys.path.insert(0, {str(folder)!r})
        for name in {modules!r}: importlib.import_module(name)
        assert sys.modules["shared"].__file__.startswith({str(folder)!r})
        """
    done = subprocess.run(
        [str(interpreter(folder.name)), "-I", "-c", "\n".join(line.strip() for line in program.splitlines())],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def question(function: FunctionSpec) -> tuple[str, str, Any, set[int]]:
    """Return method, path, body and the statuses of a good answer."""
    if function.topic is None:
        method, path, status = ANSWERS.get(function.name, ("POST", "/", 200))
        return method, path, ({} if method == "POST" else None), {status}
    data = base64.b64encode(json.dumps(EVENTS[function.topic]).encode()).decode()
    message = {"data": data, "messageId": "17", "publishTime": "2026-11-20T12:00:01Z"}
    body = {"message": message, "subscription": f"projects/p/subscriptions/{function.name}"}
    return "POST", f"/projects/p/topics/{function.topic}", body, {200, 204}


@contextmanager
def serve(command: list[str], folder: Path, environment: dict[str, str], log: Path) -> Iterator[str]:
    """Run the framework as Google Cloud does and yield its address once it answers."""
    port = PortBook({}).assign("function")
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--host", HOST, "--port", str(port)],
            cwd=folder, env=environment, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_for(lambda: _answers(f"{HOST}:{port}") or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield f"{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _answers(host: str) -> bool:
    try:
        request(host, "GET", "/robots.txt", timeout_s=30)
    except OSError:
        return False
    return True
