"""Asking the tills' GraphQL API as somebody."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from shared import runtime
from tests.functions.messages import PubSub, push
from tests.functions.tokens import Issuer

USERS_CALL = (
    'mutation { startBasket(employeeId: 1, terminalId: "term_001", customerIdentifier: "+1234567890")'
    " { basketId customerId status } }"
)


class Till:
    """A till with a token, and the functions behind it."""

    def __init__(self, apps: dict[str, Flask], issuer: Issuer, pubsub: PubSub, store_id: str) -> None:
        self.apps = apps
        self.issuer = issuer
        self.pubsub = pubsub
        self.store_id = store_id
        self.stores: Any = [store_id]
        self.roles: Any = ["till"]
        self.subject = "somebody"

    def post(self, query: str, *, path: str = "/", key: str | None = None, **variables: Any) -> TestResponse:
        """Send a document with the till's token."""
        token = self.issuer.sign(sub=self.subject, stores=self.stores, roles=self.roles)
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        body = {"query": query, "variables": variables}
        return self.apps["graphql"].test_client().post(path, json=body, headers=headers)

    def ask(self, query: str, **arguments: Any) -> Any:
        """Return the data of the answer."""
        answer = self.post(query, **arguments)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.get_json(), answer.text
        return answer.get_json()["data"]

    def refused(self, query: str, **arguments: Any) -> tuple[str, str]:
        """Return code and message of the only error in the answer."""
        answer = self.post(query, **arguments)
        assert answer.status_code == 200, answer.text
        [error] = answer.get_json()["errors"]
        return error.get("extensions", {}).get("code", ""), error["message"]

    def deliver(self) -> list[TestResponse]:
        """Push every event of a started basket, as its subscription would."""
        return [
            push(self.apps["basket_started"], "basket-started", data=message.data)
            for message in self.pubsub.take("basket-started")
        ]

    def baskets(self) -> int:
        return len(list(runtime.firestore().collection_group("baskets").stream()))
