"""Query parameters of the history of lookups."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.domain.call_outcome import CallOutcome
from shared.entry.queries import TimePageQuery
from shared.messages.wire import Identifier


class CallsQuery(TimePageQuery):
    """A page of the history of lookups, the newest first: all of it, or that of one filter."""

    basket_id: Annotated[Identifier | None, Field(description="Only lookups for this basket.")] = None
    customer_id: Annotated[Identifier | None, Field(description="Only lookups that found this customer.")] = (
        None
    )
    outcome: Annotated[CallOutcome | None, Field(description="Only lookups that came to this.")] = None

    @model_validator(mode="after")
    def _check_filter(self) -> Self:
        if len(self.only()) > 1:
            raise ValueError("expected one of basketId, customerId and outcome")
        return self

    def only(self) -> dict[str, str]:
        """Return {field: its value} for the filter, if there is one."""
        given = {"basketId": self.basket_id, "customerId": self.customer_id, "outcome": self.outcome}
        return {name: str(value) for name, value in given.items() if value is not None}
