"""Ports: the preferred one where it is free, another where it is not, none twice."""

import json
import socket

from emulator.options import REPOSITORY
from emulator.ports import DEFAULT_PORTS, HOST, PortBook, is_free


def test_a_busy_port_is_replaced_by_a_free_one() -> None:
    with socket.create_server((HOST, 0)) as server:
        busy = server.getsockname()[1]
        assert not is_free(busy)
        book = PortBook({"dashboard": busy})
        moved = book.assign("dashboard")
    assert moved != busy
    assert book.busy == {"dashboard": busy}


def test_a_port_that_is_bound_on_every_address_is_busy() -> None:
    with socket.create_server(("", 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_preferred_port_is_used_while_it_is_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
    book = PortBook({"dashboard": port})
    assert book.assign("dashboard") == port
    assert book.busy == {}


def test_firebase_tools_start_their_emulators_where_the_stack_would() -> None:
    emulators = json.loads((REPOSITORY / "emulator" / "firebase.json").read_text())["emulators"]
    for name in ("firestore", "pubsub"):
        assert emulators[name] == {"host": HOST, "port": DEFAULT_PORTS[name]}


def test_no_port_is_handed_out_twice() -> None:
    book = PortBook({})
    ports = [book.assign(f"function-{number}") for number in range(50)]
    assert len(set(ports)) == len(ports)
