"""How customers are looked up, as stored: what all stores go by, and what a store has otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shared.baskets.api_shape import AnswerShape, RequestShape
from shared.domain.api_origins import EndpointRules

MOST_SECONDS = 40
"""For all attempts together: what remains of a function's minute is for the rest of its work."""

_Endpoint = Annotated[
    str,
    Field(
        max_length=2000,
        description="URL of the customer API; its origin must be one that is allowed.",
        examples=["https://customers.example.com"],
    ),
]
_Timeout = Annotated[float, Field(ge=0.1, le=30, description="How long an attempt may take.")]
_Attempts = Annotated[
    int,
    Field(
        ge=1,
        le=5,
        description="Calls for one basket, however often its event is delivered; times `timeout_seconds` at"
        f" most {MOST_SECONDS}.",
    ),
]
_Ttl = Annotated[int, Field(ge=0, le=30 * 86_400, description="How long an answer is used again.")]
_Fallback = Annotated[bool, Field(description="Whether an older answer is used while the API fails.")]

_SAID = "As in `LookupConfig`; null is as for all stores."
_OTHERWISE = Field(description=_SAID)


class LookupConfig(BaseModel):
    """How customers are looked up in the customer API."""

    # The keys are the users'. Validate with the context {"endpoints": EndpointRules}, and, for a store that
    # has a `request` of its own, "own_request": True.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    api_endpoint: _Endpoint
    timeout_seconds: _Timeout = 5
    retry_attempts: _Attempts = 2
    cache_ttl_seconds: _Ttl = 3600
    fallback_to_cache_on_error: _Fallback = True
    request: Annotated[RequestShape, Field(description="How the API is asked.")] = Field(
        default_factory=RequestShape
    )
    answer: Annotated[AnswerShape, Field(description="Where its answer has each field.")] = Field(
        default_factory=AnswerShape
    )

    @field_validator("api_endpoint")
    @classmethod
    def _check_endpoint(cls, url: str, info: ValidationInfo) -> str:
        rules: EndpointRules = (info.context or {})["endpoints"]
        return rules.check(url)

    @model_validator(mode="after")
    def _check_budget(self) -> Self:
        if self.budget_s > MOST_SECONDS:
            raise ValueError(
                f"expected timeout_seconds times retry_attempts to be at most {MOST_SECONDS} seconds"
            )
        return self

    @model_validator(mode="after")
    def _check_request(self, info: ValidationInfo) -> Self:
        context = info.context or {}
        if context.get("own_request"):
            rules: EndpointRules = context["endpoints"]
            rules.check_own_request(self.api_endpoint)
        return self

    @property
    def budget_s(self) -> float:
        """Seconds for all attempts and the waits between them."""
        return self.timeout_seconds * self.retry_attempts

    @property
    def ttl(self) -> timedelta:
        return timedelta(seconds=self.cache_ttl_seconds)


class StoreLookupConfig(BaseModel):
    """What a store has otherwise; null where it goes by what all stores go by."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    api_endpoint: Annotated[
        _Endpoint | None, Field(description=_SAID, examples=["https://customers.s-1.example.com"])
    ] = None
    timeout_seconds: Annotated[_Timeout | None, _OTHERWISE] = None
    retry_attempts: Annotated[_Attempts | None, _OTHERWISE] = None
    cache_ttl_seconds: Annotated[_Ttl | None, _OTHERWISE] = None
    fallback_to_cache_on_error: Annotated[_Fallback | None, _OTHERWISE] = None
    request: Annotated[RequestShape | None, _OTHERWISE] = None
    answer: Annotated[AnswerShape | None, _OTHERWISE] = None
