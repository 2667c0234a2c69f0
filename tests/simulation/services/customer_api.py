"""The stores' customer API: customers, each found by phone, e-mail and card, behind `requests`."""

from __future__ import annotations

import io
import json
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from google.api_core import exceptions
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from emulator.customer_api.customers import find_customer
from shared.adapters.customer_api import CustomerApi
from tests.simulation.network import Network

ORIGIN = "https://customers.example"
ENDPOINT = f"{ORIGIN}/api"
_WRONG = (500, 503, 429, 408, 200)
"""Statuses of answers without a body: of errors, and of a server that forgot to answer."""


class Customers:
    """The server; `away` is how likely it answers wrong."""

    def __init__(self, seed: int) -> None:
        self.calls = 0
        self.away = 0.0
        self._random = Random(f"{seed} customer API")

    def answer(self, kind: str, identifier: str) -> tuple[int, bytes]:
        """Return the HTTP status and the body."""
        self.calls += 1
        if self._random.random() < self.away:
            return self._random.choice(_WRONG), b""
        found = find_customer(kind, identifier)
        return (200, json.dumps(found).encode()) if found else (404, b"")


def connect(customers: Customers, network: Network) -> CustomerApi:
    """Return the real adapter, whose connections go to the simulated server."""
    api = CustomerApi(local=False)
    api._session.mount("https://", _Adapter(customers, network))
    return api


class _Adapter(BaseAdapter):
    def __init__(self, customers: Customers, network: Network) -> None:
        super().__init__()
        self._customers = customers
        self._network = network

    def send(
        self, request: requests.PreparedRequest, *_: object, timeout: Any = None, **__: object
    ) -> requests.Response:
        asked = {name: value for name, [value] in parse_qs(urlsplit(str(request.url)).query).items()}
        try:
            status, body = self._network.call(
                "customer API",
                lambda: self._customers.answer(asked["type"], asked["identifier"]),
                patience_s=timeout[1],
            )
        except exceptions.DeadlineExceeded as error:
            raise requests.Timeout(str(error)) from error
        except exceptions.GoogleAPICallError as error:
            raise requests.ConnectionError(str(error)) from error
        return _response(status, body)

    def close(self) -> None:
        pass


def _response(status: int, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.raw = HTTPResponse(io.BytesIO(body), status=status, preload_content=False)
    return response
