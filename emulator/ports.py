"""Which port each part of the stack listens on: a fixed one where it is free, any other where it is not."""

import socket
from collections.abc import Mapping
from types import MappingProxyType

HOST = "127.0.0.1"

DEFAULT_PORTS: Mapping[str, int] = MappingProxyType(
    {
        "dashboard": 8080,
        "firestore": 8081,
        "graphql": 8082,
        "payments": 8083,
        "externalApi": 8084,
        "pubsub": 8085,
        "issuer": 8090,
        "valkey": 6379,
    }
)
FIRST_OTHER_PORT = 8100
"""Functions without a port of their own take the next ones from here, in the order of the topology."""


def is_free(port: int) -> bool:
    """Whether nothing answers on the port and it can be bound.

    Both are asked: some systems let a second process bind 127.0.0.1 under one that listens on every address.
    """
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        # Without this, the port of a server that has just ended counts as busy for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class PortBook:
    """Hands out ports for one stack, no port twice.

    Args:
        preferred: {name: port} to try first; an empty one gives free ports only, for a stack beside another.

    Attributes:
        busy: {name: the port it should have had, which is in use}.
    """

    def __init__(self, preferred: Mapping[str, int]) -> None:
        """Start with nothing handed out."""
        self._preferred = preferred
        self._taken: set[int] = set(preferred.values())
        self._next_other = FIRST_OTHER_PORT
        self.busy: dict[str, int] = {}

    def assign(self, name: str) -> int:
        """Return the port for `name`: its default, or a free one."""
        wanted = self._preferred.get(name)
        if wanted is None and self._preferred:
            wanted, self._next_other = self._next_other, self._next_other + 1
        if wanted is not None and is_free(wanted):
            port = wanted
        else:
            port = self._find_free()
            if wanted is not None:
                self.busy[name] = wanted
        self._taken.add(port)
        return port

    def _find_free(self) -> int:
        while True:
            with socket.socket() as probe:
                probe.bind((HOST, 0))
                port = int(probe.getsockname()[1])
            if port not in self._taken:
                return port
