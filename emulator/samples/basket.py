"""What is in an order and what it costs."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from emulator.samples.catalogue import Coupon, Product, SampleStore

_SIZES = (46, 24, 13, 7, 4, 3, 2, 1)
_WITH_COUPON = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines of (product, quantity); `bare` leaves out the only item's total, as the wire allows."""

    lines: tuple[tuple[Product, int], ...]
    coupon: Coupon | None
    bare: bool

    def amended(self) -> "Basket":
        """Return the basket without its last line, or with one piece more where there is only one."""
        if len(self.lines) > 1:
            return replace(self, lines=self.lines[:-1])
        ((product, quantity),) = self.lines
        return replace(self, lines=((product, quantity + 1),))


def fill_basket(rng: Random, store: SampleStore) -> Basket:
    """Return a basket of 1 to 8 distinct products."""
    size = rng.choices(range(1, len(_SIZES) + 1), _SIZES)[0]
    popularity = [1 / (rank + 3) ** 1.4 for rank in range(len(store.products))]
    chosen: dict[str, Product] = {}
    while len(chosen) < size:
        product = rng.choices(store.products, popularity)[0]
        chosen[product.product_id] = product
    codes = [1 / (rank + 1) for rank in range(len(store.coupons))]
    return Basket(
        lines=tuple((product, rng.choices((1, 2, 3), (80, 15, 5))[0]) for product in chosen.values()),
        coupon=rng.choices(store.coupons, codes)[0] if rng.random() < _WITH_COUPON else None,
        bare=size == 1 and rng.random() < 0.2,
    )


def snapshot(
    store: SampleStore, basket: Basket, *, order_id: str, customer_id: str | None, created_at: datetime
) -> dict[str, Any]:
    """Return the order as the wire writes it; the price is the items less the discount plus shipping."""

    def amount(value: Decimal) -> str | int:
        rounded = value.quantize(Decimal(1).scaleb(-store.decimals), ROUND_HALF_UP)
        return str(rounded) if store.decimals else int(rounded)

    goods = sum((product.price * quantity for product, quantity in basket.lines), Decimal(0))
    coupon = basket.coupon or Coupon("", 0)
    ships_free = coupon.ships_free or goods >= store.ships_free_from
    price = goods * (100 - coupon.percent) / 100 + (0 if ships_free else store.shipping)
    items: list[dict[str, Any]] = [
        {
            "productId": product.product_id,
            "productName": product.name,
            "imgCardUrl": product.picture,
            "quantity": quantity,
        }
        | ({} if basket.bare else {"total": amount(product.price * quantity)})
        for product, quantity in basket.lines
    ]
    return {
        "orderId": order_id,
        "customerId": customer_id,
        "createdAt": created_at.isoformat(),
        "price": amount(price),
        "currency": store.currency,
        "couponCode": basket.coupon.code if basket.coupon else None,
        "items": items,
    }
