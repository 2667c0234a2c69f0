"""Answers about stores and sessions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.entry.responses import Instant, Missing, Shown, StoreId

Thresholds = Annotated[list[int], Field(min_length=4, max_length=4)]


class SegmentsShown(Shown):
    """Four rising thresholds for each dimension of the customer segments."""

    recency_days: Annotated[
        Thresholds,
        Field(
            description="Days since the last order: up to the first scores 5, beyond the last scores 1.",
            examples=[[30, 60, 120, 240]],
        ),
    ]
    completed_orders: Annotated[
        Thresholds,
        Field(
            description="Completed orders: below the first scores 1, from the last on scores 5.",
            examples=[[2, 3, 5, 8]],
        ),
    ]
    spent: Annotated[
        Thresholds | None,
        Field(
            description="Sales in whole major units of the currency; null where money does not count.",
            examples=[[100, 300, 800, 2000]],
        ),
    ]


class StoreShown(Shown):
    """A store and its settings."""

    store_id: StoreId
    name: Annotated[str, Field(description="What people call the store.", examples=["Aurora"])]
    timezone: Annotated[
        str,
        Field(description="IANA time zone; all days are days in it.", examples=["America/Sao_Paulo"]),
    ]
    currency: Annotated[
        str | None,
        Field(description="ISO 4217 code; null until it is set or an order tells.", examples=["BRL"]),
    ]
    segments: Annotated[SegmentsShown, Field(description="The rule of the customer segments.")]
    completes_on: Annotated[
        Literal["payment", "fulfilment"],
        Field(description="What completes an order: an approved payment, or whoever fulfils it."),
    ]
    phone_region: Annotated[
        str | Missing,
        Field(
            description="ISO 3166 country of phone numbers without a country code; left out where not set.",
            examples=["BR"],
        ),
    ] = None
    deferred_at: Annotated[
        Instant | Missing,
        Field(
            description="When the store was last hot: its dashboard trailed its orders by seconds, more with"
            " a backlog. Noted every five minutes while it is; left out where it never was.",
            examples=["2026-11-20T15:05:00Z"],
        ),
    ] = None


class StoreList(Shown):
    """The stores that the token grants."""

    stores: Annotated[list[StoreShown], Field(description="In no particular order.")]


class Session(Shown):
    """A session that was opened; its cookie is in `Set-Cookie`."""

    roles: Annotated[list[str], Field(description="The token's roles, sorted.", examples=[["admin"]])]


class SignedOut(Shown):
    """A session that was closed here."""

    next: Annotated[
        str,
        Field(
            description="The path of this site that leads to where the session at the issuer ends.",
            examples=["/signout"],
        ),
    ]
