"""Query parameters that name a store, or a page of something in it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.entry.cursor import Cursor, TimeCursor
from shared.messages.wire import Identifier


def _show_that_it_may_be_left_out(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema["required"] if name != "storeId"]


class StoreQuery(BaseModel):
    """A store. Unknown parameters are refused: a typo must not answer another question.

    Callers may leave the store out; `Endpoint` then fills in the only one that their token grants.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        defer_build=True,
        json_schema_extra=_show_that_it_may_be_left_out,
    )

    store_id: Annotated[
        Identifier,
        Field(
            description="The store's id. It may be left out where the token grants what is asked for in one"
            " store only.",
            examples=["s-1"],
        ),
    ]


class PageQuery(StoreQuery):
    """A page of something."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many entries at most.")] = 50
    cursor: Cursor | None = None


class TimePageQuery(PageQuery):
    """A page of something by time."""

    cursor: TimeCursor | None = None


class CustomersQuery(PageQuery):
    """A page of customers, the best first."""

    sort: Annotated[
        Literal["spent", "orders", "lastOrder"],
        Field(description="What the best have most of; `lastOrder`: the latest first."),
    ] = "spent"


def _refuse_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("expected something to search for, got spaces alone")
    return text


class CustomerSearch(BaseModel):
    """What customers are searched by. It is personal, so it comes in the body: addresses end up in logs."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    text: Annotated[
        Identifier,
        AfterValidator(_refuse_blank),
        Field(
            description="A customer's id, words of the name, e-mail address, phone number or loyalty card.",
            examples=["ana souza"],
        ),
    ]
