"""The Python sample of docs/CONNECT.md publishes an order that is counted."""

from __future__ import annotations

import os
import subprocess
import sys

from flask import Flask

from shared import runtime
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from tests import pages
from tests.functions.messages import PubSub, push


def test_the_order_of_the_python_sample_is_counted(apps: dict[str, Flask], pubsub: PubSub) -> None:
    pubsub.open("order-created")
    [sample] = [block.text for block in pages.blocks("docs/CONNECT.md") if block.language == "python"]
    # The environment names the emulator and the project, as it does for a shop.
    done = subprocess.run([sys.executable, "-c", sample], env=os.environ, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    [message] = pubsub.take("order-created")
    assert push(apps["order_created"], "order-created", data=message.data).status_code == 200
    assert pubsub.take(DEAD_LETTERS) == []
    store = runtime.stores().find("s-python")
    assert store is not None
    assert store.currency == "BRL"
