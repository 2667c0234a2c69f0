"""The five customers, each found by phone, e-mail and card."""

from collections.abc import Iterator, Mapping

Customer = Mapping[str, str]

# The first number does not exist in any numbering plan; it is looked up as given.
CUSTOMERS: tuple[Customer, ...] = tuple(
    {"customerId": customer_id, "name": name, "phone": phone, "email": email, "loyaltyCard": card}
    for customer_id, name, phone, email, card in (
        ("cust-001", "Ana Souza", "+1234567890", "ana.souza@example.com", "CARD-1001"),
        ("cust-002", "Bruno Lima", "+5511987654321", "bruno.lima@example.com", "CARD-1002"),
        ("cust-003", "Carla Mendes", "+5521998765432", "carla.mendes@example.com", "CARD-1003"),
        ("cust-004", "Daichi Tanaka", "+81312345678", "daichi.tanaka@example.com", "CARD-1004"),
        ("cust-005", "Emma Weber", "+4930123456", "emma.weber@example.com", "CARD-1005"),
    )
)

_FIELDS = {"phone": "phone", "email": "email", "card": "loyaltyCard"}


def find_customer(kind: str, identifier: str) -> Customer | None:
    """Return the customer with exactly this identifier of this kind."""
    field = _FIELDS.get(kind)
    return next((one for one in CUSTOMERS if field and one[field] == identifier), None)


def identifiers() -> Iterator[tuple[str, Customer]]:
    """Yield each of the fifteen identifiers with its customer."""
    for customer in CUSTOMERS:
        for field in _FIELDS.values():
            yield customer[field], customer
