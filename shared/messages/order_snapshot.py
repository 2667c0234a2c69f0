"""An order as events describe it, and the snapshot that the ledger keeps of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.domain.money import MAX_MINOR
from shared.domain.order import Item, Snapshot, Stamp
from shared.messages.amounts import check_currency, minor_units
from shared.messages.validation import refuse
from shared.messages.wire import MAX_ITEMS, Amount, Currency, Identifier, Quantity, Text, Timestamp, WireModel


class OrderItem(WireModel):
    """One line of an order. `total` may be left out of an order's only item; it is then the price."""

    product_id: Identifier
    product_name: Text
    img_card_url: Annotated[str, Field(max_length=2048, strict=True)] | None
    quantity: Quantity
    total: Amount | None = None


class OrderSnapshot(WireModel):
    """An order as it is now. `customerId` is null for a guest."""

    order_id: Identifier
    customer_id: Identifier | None
    created_at: Timestamp
    price: Amount
    currency: Currency
    coupon_code: Identifier | None
    items: Annotated[list[OrderItem], Field(max_length=MAX_ITEMS)]

    def snapshot(self, stamp: Stamp) -> Snapshot:
        """Return what the event with this stamp says of the order.

        Raises:
            MalformedEvent: the currency is unknown, an amount is none of that currency, or they are too much.
        """
        check_currency("order.currency", self.currency)
        price = minor_units("order.price", self.price, self.currency)
        items = tuple(self._item(n, item, price) for n, item in enumerate(self.items))
        if (total := sum(item.total_minor for item in items)) > MAX_MINOR:
            refuse("order.items", f"at most {MAX_MINOR} minor units of {self.currency} together", total)
        return Snapshot(
            stamp=stamp,
            customer_id=self.customer_id,
            created_at=self.created_at,
            price_minor=price,
            currency=self.currency,
            coupon_code=self.coupon_code,
            items=items,
        )

    def _item(self, n: int, item: OrderItem, price: int) -> Item:
        field = f"order.items[{n}].total"
        if item.total is None and len(self.items) > 1:
            refuse(field, "an amount (it may be left out only where there is one item)", None)
        return Item(
            product_id=item.product_id,
            product_name=item.product_name,
            image_url=item.img_card_url,
            quantity=item.quantity,
            total_minor=price if item.total is None else minor_units(field, item.total, self.currency),
        )
