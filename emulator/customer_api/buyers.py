"""Buyers of the sample stores as the customer API knows them: by a loyalty card, with an invented name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_CARD = re.compile(r"CARD-((AURORA-SP|KUMO-TOKYO)-C(\d{4,6}))", re.ASCII)
_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aurora-sp": (
        (
            "Beatriz",
            "Thiago",
            "Camila",
            "Rafael",
            "Juliana",
            "Marcos",
            "Larissa",
            "Diego",
            "Fernanda",
            "Caio",
            "Helena",
        ),
        (
            "Almeida",
            "Barbosa",
            "Cardoso",
            "Duarte",
            "Ferreira",
            "Gonçalves",
            "Moreira",
            "Nogueira",
            "Pereira",
            "Ramos",
        ),
    ),
    "kumo-tokyo": (
        ("Haruka", "Kenta", "Misaki", "Ren", "Sakura", "Takumi", "Yui", "Sota", "Aoi", "Hinata", "Mei"),
        ("Abe", "Fujita", "Hayashi", "Inoue", "Kato", "Matsuda", "Nakamura", "Okada", "Sakai", "Yamada"),
    ),
}
_TIERS = ("basic", "basic", "silver", "basic", "gold", "silver", "platinum")
_CATEGORIES = ("coffee", "games", "books", "tea", "music")


def card_of(customer_id: str) -> str:
    """Return the loyalty card of a buyer, as it is asked for: tills write cards in capitals."""
    return f"CARD-{customer_id}".upper()


def find_buyer(card: str) -> Mapping[str, Any] | None:
    """Return the buyer with this card; None where it is no card of a sample store."""
    if not (found := _CARD.fullmatch(card)):
        return None
    customer_id, store_id, digits = found[1].lower(), found[2].lower(), found[3]
    number = int(digits)
    firsts, lasts = _NAMES[store_id]
    # 11 first names and 10 last ones have no common divisor: 110 people have different names.
    name = f"{firsts[number % len(firsts)]} {lasts[number % len(lasts)]}"
    return {
        "customerId": customer_id,
        "name": name,
        "email": f"{_plain(name)}.{number}@example.com",
        "loyaltyCard": card,
        "tier": _TIERS[number % len(_TIERS)],
        "favouriteCategory": _CATEGORIES[number % len(_CATEGORIES)],
        "points": number * 37 % 5000,
    }


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", ".")
