"""What a fresh instance loads to answer a card from the cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from flask import Flask

from tests.functions.conftest import ROOT
from tests.functions.messages import an_old_creation, push
from tests.functions.tokens import Issuer

_COLD_INSTANCE = """
import json, sys
import functions_framework

app = functions_framework.create_app("dashboard", "functions/dashboard/main.py")
answer = app.test_client().get(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
heavy = {"grpc", "google.cloud.firestore", "google.cloud.memorystore_v1"} & sys.modules.keys()
print(json.dumps([answer.headers["X-Cache"], answer.get_json()["totalOrders"], sorted(heavy)]))
"""


@pytest.mark.usefixtures("pubsub")
def test_a_cold_instance_answers_the_first_card_without_firestore_and_grpc(
    apps: dict[str, Flask], issuer: Issuer
) -> None:
    assert push(apps["order_created"], "order-created", an_old_creation("s-1")).status_code == 200
    # Without the emulator's address: whoever asked Firestore would fail.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("EMULATOR_HOST")}
    token = issuer.sign(stores=["s-1"], roles=["viewer"])
    cold = [sys.executable, "-c", _COLD_INSTANCE, "/store/customers/c-1/metrics?storeId=s-1", token]
    ended = subprocess.run(
        cold,
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == ["HIT", 1, []]
