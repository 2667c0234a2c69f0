"""The settings of a store, as its admins give them and the API shows them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.domain.instants import to_rfc3339
from shared.domain.money import exponent
from shared.domain.period import zone
from shared.domain.phone_region import is_region
from shared.domain.segment import SegmentRule
from shared.domain.store import Completion, Store
from shared.messages.wire import refuse_control_characters


def _check_zone(name: str) -> str:
    zone(name)
    return name


def _check_currency(code: str) -> str:
    exponent(code)
    return code


def _check_region(code: str | None) -> str | None:
    if code is not None and not is_region(code):
        raise ValueError("expected an ISO 3166 country code such as BR")
    return code


def _check_rising(limits: list[int]) -> list[int]:
    if sorted(set(limits)) != limits:
        raise ValueError(f"expected four rising numbers, got {', '.join(map(str, limits))}")
    return limits


Zone = Annotated[
    str,
    AfterValidator(_check_zone),
    Field(description="An IANA time zone.", examples=["America/Sao_Paulo"]),
]

Limits = Annotated[
    list[Annotated[int, Field(ge=0, lt=2**63)]],
    Field(min_length=4, max_length=4, description="Four rising numbers."),
    AfterValidator(_check_rising),
]


class SegmentThresholds(BaseModel):
    """Thresholds of the store's customer segments. Those left out stay as they are; null sets the default."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", strict=True, defer_build=True
    )

    # The rules are in shared.domain.segment.
    recency_days: Annotated[
        Limits | None, Field(description="Days since the last order.", examples=[[30, 60, 120, 240]])
    ] = None
    completed_orders: Annotated[
        Limits | None, Field(description="Completed orders.", examples=[[2, 3, 5, 8]])
    ] = None
    spent: Annotated[
        Limits | None,
        Field(
            description="Sales in whole major units of the currency; null, the default, ignores money.",
            examples=[[100, 300, 800, 2000]],
        ),
    ] = None

    def change(self, rule: SegmentRule) -> SegmentRule:
        """Return the rule with these thresholds."""
        default = SegmentRule()
        given = {name: getattr(self, name) for name in self.model_fields_set}
        thresholds = {
            name: getattr(default, name) if limits is None else tuple(limits)
            for name, limits in given.items()
        }
        return replace(rule, **thresholds)


class StoreSettings(BaseModel):
    """Name, IANA time zone and ISO 4217 currency of a store, and three optional settings.

    An optional setting that is left out stays as it is; null sets its default.
    """

    # So a client that doesn't know an optional setting can't reset it.

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    name: Annotated[
        str,
        Field(min_length=1, max_length=200, description="What people call the store.", examples=["Aurora"]),
        AfterValidator(refuse_control_characters),
    ]
    timezone: Zone
    currency: Annotated[
        str, AfterValidator(_check_currency), Field(description="An ISO 4217 code.", examples=["BRL"])
    ]
    segments: Annotated[
        SegmentThresholds | None,
        Field(description="The rule of the customer segments; null: the default rule."),
    ] = None
    phone_region: Annotated[str | None, AfterValidator(_check_region)] = Field(
        default=None,
        alias="phoneRegion",
        description="ISO 3166 country of phone numbers without a country code; null: that of the time zone.",
        examples=["BR"],
    )
    completes_on: Annotated[
        Literal["payment", "fulfilment"] | None,
        Field(
            alias="completesOn",
            description="What completes an order: an approved payment, the default, or whoever fulfils it; an"
            " approved payment then makes it `PAID`. It holds for payments that are told from then on.",
        ),
    ] = None

    def change(self, store_id: str, known: Store | None) -> Store:
        """Return the store with these settings; `known` is the store until now, None for a new one."""
        store = known or Store(
            store_id=store_id, name=self.name, timezone=self.timezone, currency=self.currency
        )
        store = replace(store, name=self.name, timezone=self.timezone, currency=self.currency)
        if "segments" in self.model_fields_set:
            rule = self.segments.change(store.segments) if self.segments else SegmentRule()
            store = replace(store, segments=rule)
        if "phone_region" in self.model_fields_set:
            store = replace(store, phone_region=self.phone_region)
        if "completes_on" in self.model_fields_set:
            store = replace(store, completes_on=Completion(self.completes_on or Completion.PAYMENT))
        return store


def show_store(store: Store) -> dict[str, Any]:
    """Return the store as the API shows it."""
    region = {"phoneRegion": store.phone_region} if store.phone_region else {}
    deferred = {"deferredAt": to_rfc3339(store.deferred_at)} if store.deferred_at else {}
    return {
        "storeId": store.store_id,
        "name": store.name,
        "timezone": store.timezone,
        "currency": store.currency,
        "segments": {to_camel(name): limits for name, limits in asdict(store.segments).items()},
        "completesOn": store.completes_on,
        **region,
        **deferred,
    }
