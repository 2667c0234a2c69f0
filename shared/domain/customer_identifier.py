"""What a customer gave at the till: a phone number, an e-mail address or a loyalty card. Pure."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_PHONE = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+", re.ASCII)


class IdentifierKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentifier:
    """An identifier in its normal form, the only one that is looked up and stored."""

    kind: IdentifierKind
    value: str

    def hashed(self, salt: str, store_id: str) -> str:
        """Return the hash that replaces the identifier in logs and document ids; each store has another."""
        text = f"{store_id}\0{self.kind}:{self.value}"  # no id holds a NUL
        return hmac.digest(salt.encode(), text.encode(), "sha256").hex()


def normalise(given: str | None, region: str | None) -> CustomerIdentifier | None:
    """Return the identifier in its normal form, or None if nothing was given.

    A number in international form is always a phone number; if `phonenumbers` does not know it, it is looked
    up as given. Digits alone are a phone number if they are valid in the region, else a loyalty card.

    Args:
        given: as typed or scanned.
        region: the country (ISO 3166) of numbers without a country code; None if there is none.
    """
    text = unicodedata.normalize("NFKC", given or "").strip()
    if not text:
        return None
    if "@" in text:
        return CustomerIdentifier(kind=IdentifierKind.EMAIL, value=text.casefold())
    if phone := _phone(text, region):
        return CustomerIdentifier(kind=IdentifierKind.PHONE, value=phone)
    return CustomerIdentifier(kind=IdentifierKind.CARD, value="".join(text.split()).upper())


def identifiers_of(profile: Mapping[str, Any], region: str | None) -> list[CustomerIdentifier]:
    """Return what a customer's profile can be found by, each in its normal form.

    A card that somebody would type as a phone number is left out: it would be looked up as one.
    """
    given = {
        IdentifierKind.PHONE: profile.get("phone"),
        IdentifierKind.EMAIL: profile.get("email"),
        IdentifierKind.CARD: profile.get("loyaltyCard"),
    }
    found = [(kind, normalise(text, region)) for kind, text in given.items()]
    return [identifier for kind, identifier in found if identifier and identifier.kind is kind]


def _phone(text: str, region: str | None) -> str | None:
    if not _PHONE.fullmatch(text):
        return None
    import phonenumbers  # large, and most identifiers do without it

    is_international = text.startswith("+")
    as_given = "+" + re.sub(r"\D", "", text) if is_international else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return as_given
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return as_given
