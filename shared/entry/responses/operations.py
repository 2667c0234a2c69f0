"""Answers about dead letters, webhooks and the function itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from shared.dead_letters.letter import State
from shared.domain.order import Status
from shared.entry.responses import Count, Instant, Missing, NextCursor, Shown


class HealthShown(Shown):
    """The function runs."""

    status: Annotated[Literal["ok"], Field(description="Always `ok`.")]


class OpenApi(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


class LetterShown(Shown):
    """A message that no function could apply."""

    id: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="The same for each repeat of the message.")
    ]
    state: Annotated[State, Field(description="What a person decided; a letter that comes again is open.")]
    reason: Annotated[
        str,
        Field(description="Why it was refused the last time.", examples=["totalAmount: expected a number"]),
    ]
    function: Annotated[
        str | None,
        Field(description="Who refused it; null where that is not known.", examples=["order_created"]),
    ]
    source_topic: Annotated[
        str | None,
        Field(description="Where it was published; null where not known.", examples=["order-created"]),
    ]
    store_id: Annotated[
        str | None,
        Field(description="The store that it names; null where it can't be read.", examples=["s-1"]),
    ]
    order_id: Annotated[
        str | None, Field(description="The order that it names, if it names one.", examples=["o-1"])
    ]
    first_at: Annotated[Instant, Field(description="When it first came.")]
    last_at: Annotated[Instant, Field(description="When it last came.")]
    count: Annotated[Count, Field(description="How often it came.", examples=[1])]
    size_bytes: Annotated[Count, Field(description="Length of its data in bytes.", examples=[412])]


class LetterOpened(LetterShown):
    """A dead letter with the message as it was published."""

    attributes: Annotated[dict[str, str], Field(description="The message's attributes.")]
    encoding: Annotated[
        Literal["utf-8", "base64"], Field(description="How `data` is written: as text where it is text.")
    ]
    data: Annotated[str, Field(description="The message's data.", examples=['{"orderId": "o-1"}'])]


class LetterPage(Shown):
    """A page of dead letters."""

    open: Annotated[
        Count, Field(le=1000, description="How many are open; 1000 stands for that or more.", examples=[3])
    ]
    dead_letters: Annotated[list[LetterShown], Field(description="The newest first.")]
    next_cursor: NextCursor


class MissingOrder(Shown):
    """An order of which only statuses are known."""

    order_id: Annotated[str, Field(description="The order's id.", examples=["o-1"])]
    since: Annotated[Instant, Field(description="The earliest time that is known of it.")]
    age_seconds: Annotated[Count, Field(description="How long ago that was.", examples=[7200])]
    statuses: Annotated[
        dict[Status, Instant],
        Field(description="When it reached each status with a name; empty where codes alone came."),
    ]


class MissingOrders(Shown):
    """Orders of a store whose creation never came."""

    count: Annotated[Count, Field(le=1000, description="How many there are.", examples=[1])]
    complete: Annotated[bool, Field(description="False where there may be more than 1000.")]
    orders: Annotated[list[MissingOrder], Field(description="The oldest first.")]
    next_cursor: NextCursor


class NoticeHandled(Shown):
    """What became of a payment provider's notice."""

    outcome: Annotated[
        Literal["published", "ignored"], Field(description="Whether it was an event of interest.")
    ]
    event_id: Annotated[str | Missing, Field(description="Of the published event.")] = None


class GraphQLResult(Shown):
    """A result of the GraphQL protocol."""

    data: Annotated[dict[str, Any] | None, Field(description="What the document asked for.")]
    errors: Annotated[list[dict[str, Any]] | Missing, Field(description="What went wrong, if anything.")] = (
        None
    )
