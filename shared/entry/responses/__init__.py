"""What the API answers, as models for the OpenAPI document and the tests. Nothing that serves loads them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema


class Shown(BaseModel):
    """An object of an answer; it has no other keys than these."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", defer_build=True
    )


Missing = SkipJsonSchema[None]
"""In a union with a type: the key is left out where there is nothing to say; it is never null."""

Count = Annotated[int, Field(ge=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Currency = Annotated[
    str | None,
    Field(
        description="ISO 4217 code of all amounts; null while the store has none.",
        examples=["BRL"],
    ),
]
StoreId = Annotated[str, Field(description="The store's id.", examples=["s-1"])]
Instant = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-25T15:04:05.123456Z"])
]
MonthText = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d$", description="A month in the store's time zone.", examples=["2026-11"])
]
NextCursor = Annotated[
    str | None,
    Field(
        description="Give it as `cursor` for the next page; null after the last one.",
        examples=["WzEyMywgImMtMSJd"],
    ),
]


class FieldError(Shown):
    """What is wrong with one field of the request."""

    field: Annotated[str, Field(description="The field's path.", examples=["segments.spent.0"])]
    detail: Annotated[str, Field(description="What was expected.", examples=["expected a number"])]
    code: Annotated[
        str, Field(description="The kind of the error, for programs.", examples=["less_than_equal"])
    ]
    values: Annotated[
        dict[str, float | str],
        Field(description="What `detail` names: limits, and what came.", examples=[{"le": 30, "got": "99"}]),
    ]


class ProblemDetails(Shown):
    """An error, as RFC 9457 defines it (`application/problem+json`)."""

    type: Annotated[str, Field(description="Always `about:blank`: the status says it all.")] = "about:blank"
    title: Annotated[str, Field(description="The phrase of the status.", examples=["Bad Request"])]
    status: Annotated[int, Field(description="The HTTP status.", examples=[400])]
    code: Annotated[
        str, Field(description="What went wrong, for programs.", examples=["bad-request", "store-settled"])
    ]
    detail: Annotated[
        str, Field(description="What is wrong, for people.", examples=["year: expected a number"])
    ]
    errors: Annotated[
        list[FieldError] | Missing,
        Field(max_length=20, description="One entry for each wrong field of the request, at most 20."),
    ] = None
