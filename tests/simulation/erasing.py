"""Customers who ask what is held about them, and are forgotten, while their events come again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from shared import runtime
from shared.customers.erase import Progress, erase_customer
from shared.customers.export import export_customer
from tests.simulation.account import Account
from tests.simulation.operators import Operators
from tests.simulation.violation import Violation
from tests.simulation.workload import encode

_REPEATS = 5


class Erasing:
    """Has one customer of each store erased.

    Args:
        seed: decides who, and which of their events come again meanwhile.
        account: where it is written down.
        operators: ask for it.
    """

    def __init__(self, seed: int, account: Account, operators: Operators) -> None:
        self._random = Random(f"{seed} erasing")
        self._account = account
        self._operators = operators

    def start(self) -> None:
        """Start the erasures, and publish events of these customers again."""
        for store_id, shop in self._account.shops.items():
            theirs = [_customer_of(body) for _, body in shop.told]
            if not any(theirs):
                continue
            customer_id = self._random.choice(sorted({one for one in theirs if one}))
            self._operators.start("erase", partial(self._erase, store_id, customer_id))
            about = [event for event, one in zip(shop.told, theirs, strict=True) if one == customer_id]
            for topic, body in self._random.choices(about, k=_REPEATS):
                publish = partial(self._account.world.pubsub.publish, topic, encode(body), {})
                self._operators.start("publish again", publish, self._random.uniform(0, 300))

    def check(self) -> None:
        """Check that nothing is held about the erased customers.

        Raises:
            Violation: something is.
        """
        for store_id, customer_id in self._account.done.erased:
            if any(held := self._export(store_id, customer_id).values()):
                raise _violation("nothing is held about who was erased", store_id, customer_id, str(held))

    def _erase(self, store_id: str, customer_id: str) -> None:
        expected = self._account.customers(store_id).get(customer_id, {"totalOrders": 0})["totalOrders"]
        if len(orders := self._export(store_id, customer_id)["orders"]) != expected:
            text = f"{len(orders)} orders, expected {expected}"
            raise _violation("an export holds every order", store_id, customer_id, text)

        def once() -> Progress:
            dependencies = runtime.erasure_dependencies()
            return erase_customer(store_id, customer_id, dependencies, timedelta(minutes=1))

        what = f"erase {customer_id!r} of {store_id!r}"
        while not (progress := self._operators.ask("dashboard", once, what)).finished:
            self._account.world.scheduler.sleep(progress.ask_again_after_s + 1)
        pseudonym = self._operators.ask(
            "dashboard", lambda: runtime.pseudonyms().name(store_id, customer_id), f"name {customer_id!r}"
        )
        self._account.done.erased[store_id, customer_id] = pseudonym

    def _export(self, store_id: str, customer_id: str) -> dict[str, Any]:
        def export() -> dict[str, Any]:
            documents, data, now = runtime.documents(), runtime.customer_data(), datetime.now(UTC)
            exported: dict[str, Any] = json.loads(
                "".join(export_customer(store_id, customer_id, documents, data, now))
            )
            return exported

        held: dict[str, Any] = self._operators.ask("dashboard", export, f"export {customer_id!r}")
        return held


def _customer_of(body: Any) -> str | None:
    customer_id: str | None = body.get("customerId") or (body.get("order") or {}).get("customerId")
    return customer_id


def _violation(invariant: str, store_id: str, customer_id: str, text: str) -> Violation:
    return Violation(
        invariant, f"customer {customer_id!r} of store {store_id!r}: {text}", [f'"{customer_id}"']
    )
