"""The API as the demonstration calls it."""

from typing import Any
from urllib.parse import quote

import requests

from emulator.demo.questions import Question
from emulator.samples import SampleStore


class DemoFailed(Exception):
    """The demonstration cannot continue; the message tells the person who started it why."""


class Api:
    """A session with one function."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def provision(self, store: SampleStore) -> None:
        """Create the store. Raises DemoFailed where the API refuses it."""
        body = {"name": store.name, "timezone": store.timezone, "currency": store.currency}
        self._call("PUT", f"/stores/{store.store_id}", json=body)

    def dashboard(self, store_id: str, **query: str) -> Any:
        """Return the answer's JSON. Raises DemoFailed where there is none."""
        return self._call("GET", "/store/dashboard", params={"storeId": store_id, **query})

    def best_customers(self, store_id: str, limit: int) -> list[str]:
        """Return the ids of those who spent most. Raises DemoFailed where there is no answer."""
        return [customer["customerId"] for customer in self._best(store_id, limit)]

    def nameless_customers(self, store_id: str, limit: int) -> list[str]:
        """Return the ids of those among the best whose name is not known yet. Raises DemoFailed."""
        return [one["customerId"] for one in self._best(store_id, limit) if not one.get("profile")]

    def _best(self, store_id: str, limit: int) -> Any:
        query = {"storeId": store_id, "sort": "spent", "limit": str(limit)}
        return self._call("GET", "/store/customers", params=query)["customers"]

    def card(self, store_id: str, customer_id: str) -> Any:
        """Return the customer's quick metrics. Raises DemoFailed where there are none."""
        path = f"/store/customers/{quote(customer_id, safe='')}/metrics"
        return self._call("GET", path, params={"storeId": store_id})

    def ask(self, question: Question) -> Any:
        """Return the answer to one question. Raises DemoFailed where there is none."""
        return self.dashboard(question.store.store_id, **question.query)

    def query(self, graphql: str, **variables: str) -> Any:
        """Return the data that answers a GraphQL request. Raises DemoFailed where there is none."""
        answer = self._call("POST", "/", json={"query": graphql, "variables": variables})
        if "errors" in answer:
            raise DemoFailed(f"POST {self._url}: {answer['errors']}")
        return answer["data"]

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            response = self._session.request(method, self._url + path, timeout=30, **arguments)
        except requests.RequestException as error:
            raise DemoFailed(f"{method} {path}: {error}") from error
        if not response.ok:
            raise DemoFailed(f"{method} {path}: HTTP {response.status_code} {response.text[:300]}")
        try:
            return response.json() if response.content else None
        except requests.JSONDecodeError as error:
            raise DemoFailed(f"{method} {path}: no JSON: {response.text[:300]}") from error
