"""Search a store's customers by id, or by what their profiles hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from shared.domain.customer_search import SearchTokens
from shared.domain.customer_state import CustomerState

MOST_FOUND = 20


class Customers(Protocol):
    """Reads a store's customers. Its errors are `TransientError`s."""

    def read_many(self, store_id: str, customer_ids: Sequence[str]) -> dict[str, CustomerState]:
        """Return those customers that exist: one call."""

    def with_tokens(self, store_id: str, tokens: Sequence[str], limit: int) -> dict[str, CustomerState]:
        """Return customers who have all of these search tokens, any of them: one call."""


class Found(NamedTuple):
    """The customers that were found, at most `MOST_FOUND`, and whether there are more."""

    customers: Sequence[tuple[str, CustomerState]]
    more: bool


def search_customers(customers: Customers, tokens: SearchTokens, text: str) -> Found:
    """Return the customers of the tokens' store that the text finds: at most three calls and 43 reads.

    Whose id it is comes first, then who has it as an identifier, then those with such a name, most sales
    first.
    """
    found = customers.read_many(tokens.store_id, [text])
    for way in tokens.of_text(text):
        theirs = customers.with_tokens(tokens.store_id, way, MOST_FOUND + 1)
        best_first = sorted(
            theirs.items(), key=lambda one: (-(one[1].counters.get("totalSales") or 0), one[0])
        )
        found = {**found, **{of: state for of, state in best_first if of not in found}}
    return Found([*found.items()][:MOST_FOUND], more=len(found) > MOST_FOUND)
