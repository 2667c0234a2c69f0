"""What was given back of one order: parts of its price, and all of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a price that was given back. Of several contents under one id, the greatest one stands."""

    at: datetime
    amount: Decimal
    goods: tuple[tuple[str, Decimal], ...]


def parts_of(history: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Return the parts that the bodies of an order's events tell of."""
    parts: dict[str, Part] = {}
    for data in history:
        if told := data.get("refund"):
            goods: dict[str, Decimal] = {}
            for line in told.get("lines", []):
                goods[line["productId"]] = goods.get(line["productId"], Decimal(0)) + _amount(line)
            at = datetime.fromisoformat(told.get("at") or data["occurredAt"])
            part = Part(at, _amount(told), tuple(sorted(goods.items())))
            parts[told["refundId"]] = max(part, parts.get(told["refundId"], part))
    return list(parts.values())


def given_back(
    price: Decimal, parts: Iterable[Part], wholly_at: datetime | None
) -> list[tuple[datetime, Decimal]]:
    """Return when how much was given back: no more than the price, and all of it by a full refund.

    A full refund and parts of the same time: what matters is the time of each amount.
    """
    given = sorted((part.at, part.amount) for part in parts)
    found: list[tuple[datetime, Decimal]] = []
    for at, amount in given:
        before = sum((earlier for _, earlier in found), Decimal(0))
        if wholly_at is None or at <= wholly_at:
            found.append((at, min(amount, price - before)))
    if wholly_at is not None:
        found.append((wholly_at, price - sum((amount for _, amount in found), Decimal(0))))
    return found


def named_goods(goods: Mapping[str, Decimal], parts: Iterable[Part]) -> dict[str, Decimal]:
    """Return what the parts name of each product, no more than its total."""
    back = dict.fromkeys(goods, Decimal(0))
    for of, amount in (line for part in parts for line in part.goods):
        if of in back:
            back[of] = min(goods[of], back[of] + amount)
    return back


def _amount(of: Mapping[str, Any]) -> Decimal:
    return Decimal(str(of["amount"]))
