"""Pseudonyms: what the ledger calls customers who were erased, and the audit trail all customers. Pure."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass, field

_FORM = re.compile(r"erased-[0-9a-f]{64}(-[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonyms:
    """Makes pseudonyms; without the secret salt nobody can tell whose they are."""

    salt: str = field(repr=False)

    def hashed(self, store_id: str, customer_id: str) -> str:
        """Return the customer's hash: 64 hexadecimal digits, others in each store."""
        text = json.dumps([store_id, customer_id]).encode()
        return hmac.digest(self.salt.encode(), text, "sha256").hex()

    def name(self, store_id: str, customer_id: str, erasure: int = 1) -> str:
        """Return the pseudonym of the customer's nth erasure: who comes back is counted as somebody else."""
        suffix = f"-{erasure}" if erasure > 1 else ""
        return f"erased-{self.hashed(store_id, customer_id)}{suffix}"


def is_pseudonym(customer_id: str | None) -> bool:
    """Tell whether the id stands for a customer who was erased."""
    return customer_id is not None and _FORM.fullmatch(customer_id) is not None
