"""Servers on their own, and outages of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import valkey
from google.api_core.exceptions import ServiceUnavailable
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from emulator.errors import StackError
from emulator.ports import HOST, PortBook
from emulator.standalone import Server, run_firestore, run_pubsub, run_valkey
from emulator.subscriptions import publish
from emulator.tcp_proxy import TcpProxy
from tests.contract.small_tree import require_programs


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    require_programs()
    with run_firestore(tmp_path_factory.mktemp("firestore")) as server:
        yield server


def connect(host: str, monkeypatch: pytest.MonkeyPatch) -> firestore.Client:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    return firestore.Client(project="demo-outage", credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]


def test_a_cut_firestore_is_unavailable_and_keeps_its_data(
    emulator: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TcpProxy(f"{HOST}:{PortBook({}).assign('proxy')}", emulator.host) as proxy:
        client = connect(proxy.host, monkeypatch)
        document = client.document("stores/s-1")
        document.set({"name": "before"}, timeout=30)
        proxy.cut()
        with pytest.raises(ServiceUnavailable):
            document.get(retry=None, timeout=30)
        proxy.mend()
        found = document.get(timeout=60)
        assert found.to_dict() == {"name": "before"}
        client.close()  # type: ignore[no-untyped-call]


def test_valkey_comes_back_on_its_port(tmp_path: Path) -> None:
    require_programs()
    with run_valkey(tmp_path) as server:
        address, _, port = server.host.rpartition(":")
        client = valkey.Valkey(host=address, port=int(port))
        client.set("a", "1")
        server.stop()
        with pytest.raises(valkey.exceptions.ConnectionError):
            client.get("a")
        server.start()
        assert client.get("a") is None
        client.close()  # type: ignore[no-untyped-call]
    assert not list(tmp_path.glob("*.rdb"))


def test_pubsub_serves_alone(tmp_path: Path) -> None:
    require_programs()
    with run_pubsub(tmp_path) as server:
        with pytest.raises(StackError, match="there is no topic orders"):
            publish(server.host, "demo-alone", "orders", [b"{}"])
        assert "PUBSUB_EMULATOR_HOST" not in os.environ
