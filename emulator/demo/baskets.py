"""Five baskets at the till: what the customers gave, whom the system recognised, and their discounts.

The discounts come from the sample subscriber `samples/discounts`, as its events bring them to a till.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from emulator.customer_api.buyers import card_of
from emulator.customer_api.customers import CUSTOMERS
from emulator.demo.api import Api, DemoFailed
from emulator.demo.discounts import Discounts

_START = """
mutation Start($storeId: String!, $given: String) {
  startBasket(employeeId: 1, terminalId: "term_001", customerIdentifier: $given, storeId: $storeId) {
    basketId
  }
}
"""
_FOLLOW = """
query Follow($storeId: String!, $basketId: String!) {
  basket(basketId: $basketId, storeId: $storeId) { lookupStatus customer { customerId name tier } }
}
"""
_GIVEN = ("phone", "email", "loyaltyCard", "phone", "email")
_PATIENCE_S = 60.0
_PAUSE_S = 0.05


def show_baskets(console: Console, api: Api, store_id: str, discounts: Discounts) -> None:
    """Start five baskets and print what was found. Raises DemoFailed where the API refuses."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in ("Given at the till", "Lookup", "Customer", "Tier", "Discount"):
        table.add_column(title, no_wrap=True)
    given = [customer[field] for customer, field in zip(CUSTOMERS, _GIVEN, strict=True)]
    started = [api.query(_START, storeId=store_id, given=one)["startBasket"]["basketId"] for one in given]
    for one, basket_id in zip(given, started, strict=True):
        basket = _wait(api, store_id, basket_id)
        customer = basket["customer"] or {"name": "nobody known", "customerId": "", "tier": None}
        table.add_row(
            one,
            basket["lookupStatus"],
            f"{customer['name']} {customer['customerId']}",
            customer["tier"],
            _write(discounts.wait_for(basket_id)),
        )
    console.print("Baskets started, the customers recognised, and the sample subscriber's discounts:")
    console.print(table)


def name_customers(api: Api, store_id: str, customer_ids: Iterable[str]) -> None:
    """Have customers looked up by their cards, as a till does, so that lists show their names."""
    given = [card_of(customer_id) for customer_id in customer_ids]
    started = [api.query(_START, storeId=store_id, given=one)["startBasket"]["basketId"] for one in given]
    for basket_id in started:
        if (basket := _wait(api, store_id, basket_id))["lookupStatus"] != "FOUND":
            raise DemoFailed(f"a customer of {store_id} was not recognised: {basket}")


def _write(discount: Mapping[str, Any]) -> str:
    if not discount["percent"]:
        return "none"
    return f"{discount['percent']} % on {discount['category'] or 'everything'}"


def _wait(api: Api, store_id: str, basket_id: str) -> Any:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        basket = api.query(_FOLLOW, storeId=store_id, basketId=basket_id)["basket"]
        if basket["lookupStatus"] not in ("PENDING", "FAILED"):
            return basket
        time.sleep(_PAUSE_S)
    raise DemoFailed(
        f"nobody was recognised within {_PATIENCE_S:.0f} s: python -m emulator logs basket-started"
    )
