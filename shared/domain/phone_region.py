"""The country in which a store's customers are taken to phone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def region_of(timezone: str) -> str | None:
    """Return the country of the zone (ISO 3166: "BR" for America/Sao_Paulo), or None where it names none.

    Source: the time zone database's own table, `zone.tab`.
    """
    return _regions().get(timezone)


def is_region(code: str) -> bool:
    """Whether the code is a country's."""
    return code in _regions().values()


@cache
def _regions() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
