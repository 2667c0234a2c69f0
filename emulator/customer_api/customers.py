"""The five customers of the lookups' test, each found by phone, e-mail and card, and what a shop knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.customer_api.buyers import find_buyer

Customer = Mapping[str, Any]

# The first number does not exist in any numbering plan; it is looked up as given.
CUSTOMERS: tuple[Customer, ...] = (
    {
        "customerId": "cust-001",
        "name": "Ana Souza",
        "phone": "+1234567890",
        "email": "ana.souza@example.com",
        "loyaltyCard": "CARD-1001",
        "tier": "gold",
        "memberSince": "2019-03-14",
        "favouriteCategory": "coffee",
        "points": 4820,
        "preferences": {"language": "pt-BR", "receipt": "email"},
    },
    {
        "customerId": "cust-002",
        "name": "Bruno Lima",
        "phone": "+5511987654321",
        "email": "bruno.lima@example.com",
        "loyaltyCard": "CARD-1002",
        "tier": "silver",
        "memberSince": "2021-08-02",
        "favouriteCategory": "games",
        "points": 1130,
        "preferences": {"language": "pt-BR", "receipt": "none"},
    },
    {
        "customerId": "cust-003",
        "name": "Carla Mendes",
        "phone": "+5521998765432",
        "email": "carla.mendes@example.com",
        "loyaltyCard": "CARD-1003",
        "tier": "platinum",
        "memberSince": "2017-11-30",
        "favouriteCategory": "books",
        "points": 15200,
        "preferences": {"language": "pt-BR", "receipt": "paper"},
    },
    {
        "customerId": "cust-004",
        "name": "Daichi Tanaka",
        "phone": "+81312345678",
        "email": "daichi.tanaka@example.com",
        "loyaltyCard": "CARD-1004",
        "tier": "silver",
        "memberSince": "2022-05-19",
        "favouriteCategory": "tea",
        "points": 940,
        "preferences": {"language": "ja-JP", "receipt": "email"},
    },
    {
        "customerId": "cust-005",
        "name": "Emma Weber",
        "phone": "+4930123456",
        "email": "emma.weber@example.com",
        "loyaltyCard": "CARD-1005",
        "tier": "basic",
        "memberSince": "2026-01-07",
        "favouriteCategory": "music",
        "points": 60,
        "preferences": {"language": "de-DE", "receipt": "email"},
    },
)

IDENTIFIERS = {"phone": "phone", "email": "email", "card": "loyaltyCard"}
"""{type of an identifier: the field that holds it}"""


def find_customer(kind: str | None, identifier: str) -> Customer | None:
    """Return the customer with exactly this identifier: of this kind, or of any where that is None."""
    fields = IDENTIFIERS.values() if kind is None else [IDENTIFIERS[kind]] if kind in IDENTIFIERS else []
    known = next((one for one in CUSTOMERS for field in fields if one[field] == identifier), None)
    return known or (find_buyer(identifier) if "loyaltyCard" in fields else None)


def identifiers() -> Iterator[tuple[str, Customer]]:
    """Yield each of the fifteen identifiers with its customer."""
    for customer in CUSTOMERS:
        for field in IDENTIFIERS.values():
            yield customer[field], customer
