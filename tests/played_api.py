"""The control panel of the customer API that the local stack plays."""

from __future__ import annotations

from typing import Any

from emulator.local_http import request_json


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
