"""The settings of a store, as its admins give them and the API shows them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.domain.money import exponent
from shared.domain.period import zone
from shared.domain.store import Store
from shared.wire import refuse_control_characters


def _check_zone(name: str) -> str:
    zone(name)
    return name


def _check_currency(code: str) -> str:
    exponent(code)
    return code


class StoreSettings(BaseModel):
    """Name, IANA time zone and ISO 4217 currency of a store."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(refuse_control_characters)]
    timezone: Annotated[str, AfterValidator(_check_zone)]
    currency: Annotated[str, AfterValidator(_check_currency)]

    def store(self, store_id: str) -> Store:
        """Return the store with these settings."""
        return Store(store_id=store_id, name=self.name, timezone=self.timezone, currency=self.currency)


def show_store(store: Store) -> dict[str, Any]:
    """Return the store as the API shows it."""
    return {
        "storeId": store.store_id,
        "name": store.name,
        "timezone": store.timezone,
        "currency": store.currency,
    }
