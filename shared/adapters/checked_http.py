"""HTTP sessions that check the address they are connected to before they send anything.

A host name may resolve to another address between a check and the call (DNS rebinding); a connection can't.
"""

from __future__ import annotations

import socket
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from shared.domain.addresses import check_address


class AddressRefused(NewConnectionError):
    """The host name resolves to an address that must not be called."""


def checked_session(*, local: bool, connections: int) -> requests.Session:
    """Return a session without proxies, stored passwords, cookies or retries of its own.

    Args:
        local: whether this is a developer's machine; loopback addresses are then allowed.
        connections: how many connections are kept open.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = _CheckedAdapter(local=local, connections=connections)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _CheckedAdapter(HTTPAdapter):
    def __init__(self, *, local: bool, connections: int) -> None:
        self._local = local
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        if not self._local:
            self.poolmanager.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTlsPool}


def _check(connection: HTTPConnection, sock: socket.socket) -> socket.socket:
    address = sock.getpeername()[0].partition("%")[0]
    try:
        check_address(ip_address(address), local=False)
    except ValueError as error:
        sock.close()
        raise AddressRefused(connection, str(error)) from error
    return sock


class _CheckedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _check(self, super()._new_conn())


class _CheckedTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _check(self, super()._new_conn())


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTlsConnection
