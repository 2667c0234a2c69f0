"""A repository of two tiny functions, for the tests of the local stack itself."""

import json
import os
from pathlib import Path
from typing import Any

from emulator.download_bar import download_with_bar
from emulator.jars import FIRESTORE, PUBSUB, find_jar
from emulator.java import find_java
from emulator.options import StackOptions
from emulator.valkey import find_valkey_server
from tests.missing import required

EVENT_FUNCTION = """
import base64, functions_framework
from pathlib import Path

KEPT = Path(__file__).with_name("kept.txt")

@functions_framework.cloud_event
def keep(event):
    text = base64.b64decode(event.data["message"]["data"]).decode()
    if "boom" in text and event["source"].endswith("/orders"):
        raise RuntimeError(text)
    with KEPT.open("a") as file:
        file.write(event["source"] + " " + text + "\\n")
"""

HTTP_FUNCTION = """
import os, functions_framework

@functions_framework.http
def echo(request):
    return dict(os.environ)
"""


def require_programs() -> None:
    """Skip the test where Java, an emulator or a server is missing; fail it in CI."""
    with required():
        for emulator in (FIRESTORE, PUBSUB):
            find_java(find_jar(emulator, os.environ, download_with_bar).minimum_java)
        find_valkey_server()


def write_small_tree(root: Path) -> StackOptions:
    """Write the repository and return the options of a stack beside any other."""
    for name, source in (("events", EVENT_FUNCTION), ("web", HTTP_FUNCTION)):
        folder = root / "functions" / name
        folder.mkdir(parents=True)
        (folder / "main.py").write_text(source)
    delivery = {
        "ackDeadlineSeconds": 600,
        "minimumBackoffSeconds": 1,
        "maximumBackoffSeconds": 1,
        "maxDeliveryAttempts": 5,
        "messageRetentionDays": 7,
        "deadLetterTopic": "dead-letters",
    }
    functions = [
        _function("orders", "events", "keep", {"topic": "orders"}),
        _function("keep-dead-letters", "events", "keep", {"topic": "dead-letters"}),
        _function("web", "web", "echo", {"http": True}) | {"environment": ["AUTH_JWKS_URL", "VALKEY_URL"]},
    ]
    topology = root / "topology.json"
    topology.write_text(json.dumps({"delivery": delivery, "functions": functions}))
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_EMULATOR_HOST")}
    return StackOptions(root=root, topology=topology, state_dir=root / ".local", ports={}, environ=environ)


def _function(name: str, folder: str, entry_point: str, trigger: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "source": f"functions/{folder}",
        "entryPoint": entry_point,
        "trigger": trigger,
        "publishes": ["news"],
        "concurrency": 4,
        "timeoutSeconds": 60,
        "environment": ["LOG_LEVEL"],
        "secrets": [],
    }
