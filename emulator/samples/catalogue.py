"""What a sample store is and sells."""

from dataclasses import dataclass
from decimal import Decimal

from emulator.samples.pictures import picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One article; `price` is that of one piece, in the store's currency."""

    product_id: str
    name: str
    picture: str | None
    price: Decimal


def list_products(*rows: tuple[str, str, str | None, int, str | int]) -> tuple[Product, ...]:
    """Return a product for each row of (id, name, drawing or None, hue of its picture, price)."""
    return tuple(
        Product(product_id=code, name=name, picture=drawing and picture(drawing, hue), price=Decimal(price))
        for code, name, drawing, hue, price in rows
    )


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code with its discount on the items, in percent; it may also waive the shipping."""

    code: str
    percent: int
    ships_free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleStore:
    """One store of the samples.

    Attributes:
        decimals: digits after the point that its currency has.
        share: part of all sample orders that are this store's, 0 to 1.
        order_prefix: how its order ids begin.
        products: most popular first.
        coupons: most used first.
        shipping: price of shipping, up to `ships_free_from`.
        ships_free_from: value of the items from which shipping is free.
        weekdays: how busy each day is, Monday first; only the ratios matter.
        hours: the same for each local hour, 0 to 23.
        growth: how much busier the last day is than the first, 0.5 = half as much again.
    """

    store_id: str
    name: str
    timezone: str
    currency: str
    decimals: int
    share: float
    order_prefix: str
    products: tuple[Product, ...]
    coupons: tuple[Coupon, ...]
    shipping: Decimal
    ships_free_from: Decimal
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    growth: float
