"""The country whose phone numbers a store's customers give without a country code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from shared.domain.store import Store


def region_of_store(store: Store) -> str | None:
    """Return the country that the store names, or else that of its time zone."""
    return store.phone_region or region_of(store.timezone)


def region_of(timezone: str) -> str | None:
    """Return the country (ISO 3166) of a time zone, such as "BR" for America/Sao_Paulo; None if it has none.

    Source: `zone.tab` of the time zone database.
    """
    return _regions().get(timezone)


def is_region(code: str) -> bool:
    """Whether the code is that of a country."""
    return code in _regions().values()


@cache
def _regions() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
