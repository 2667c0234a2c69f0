"""Answers about what is held about a customer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from shared.entry.responses import Count, Shown

Documents = list[dict[str, Any]]


class CustomerExport(Shown):
    """Everything that a store holds about a customer, as it is stored."""

    customer: Annotated[
        dict[str, Any] | None, Field(description="Counters, registration and profile; null without any.")
    ]
    orders: Annotated[Documents, Field(description="The customer's orders, amounts in minor units.")]
    former_orders: Annotated[Documents, Field(description="Orders that an amendment gave to somebody else.")]
    baskets: Annotated[Documents, Field(description="Baskets at tills.")]
    lookups: Annotated[Documents, Field(description="What lookups found out.")]
    calls: Annotated[Documents, Field(description="Calls of the customer API that found the customer.")]


class ErasureProgress(Shown):
    """How far an erasure has come."""

    pseudonym: Annotated[str, Field(description="Whom the audit trail names instead of the customer.")]
    erased: Annotated[
        dict[str, Count], Field(description="What this call erased, by kind.", examples=[{"orders": 12}])
    ]
    finished: Annotated[bool, Field(description="Whether nothing is held any more.")]
    ask_again_after_seconds: Annotated[
        Count, Field(description="When to call again, unless finished.", examples=[120])
    ]
