"""The control panel of the customer API that the local stack plays."""

from __future__ import annotations

from typing import Any

from emulator.customer_api.customers import Customer
from emulator.local_http import request_json

_KNOWN = ("customerId", "name", "phone", "email", "loyaltyCard", "tier")


def profile_of(customer: Customer) -> dict[str, Any]:
    """Return a customer of the API as Tillpulse keeps and tells it."""
    attributes = {name: value for name, value in customer.items() if name not in _KNOWN}
    return {name: customer[name] for name in _KNOWN} | {"attributes": attributes}


class PlayedApi:
    """Counts calls and sets faults."""

    def __init__(self, url: str) -> None:
        self.endpoint = f"{url}/customers"
        self._host = url.removeprefix("http://")

    @property
    def calls(self) -> int:
        """The number of calls since it last began to behave."""
        return int(self._ask("GET")["calls"])

    def misbehave(self, kind: str, **settings: Any) -> None:
        """Do so for the next `times` calls, or for good."""
        self._ask("POST", {"kind": kind, **settings})

    def knows(self, store_id: str, customer_ids: list[str]) -> None:
        """From now on, let the store have these customers alone."""
        self._ask("PUT", {"storeId": store_id, "customerIds": customer_ids})

    def behave(self) -> None:
        """End the fault, and forget the calls and the stores."""
        self._ask("DELETE")

    def _ask(self, method: str, body: object = None) -> Any:
        status, answer = request_json(self._host, method, "/control", body)
        assert status == 200, answer
        return answer
