"""Where each document lives. Ids of any content are encoded here and nowhere else."""

from shared.domain.changes import Change, OrderChange
from shared.domain.contribution import Cell, Tally
from shared.domain.identifiers import document_id
from shared.domain.period import Month

Path = tuple[str, ...]
"""Collection, document id, collection, document id..."""


def store_path(store_id: str) -> Path:
    return ("stores", document_id(store_id))


def order_path(store_id: str, order_id: str) -> Path:
    return (*store_path(store_id), "orders", document_id(order_id))


def customer_path(store_id: str, customer_id: str) -> Path:
    return (*store_path(store_id), "customers", document_id(customer_id))


def month_path(store_id: str, month: Month, shard: int = 0) -> Path:
    """Return a shard of the store's month; the counters of the month are the sums over those that exist."""
    return (*store_path(store_id), "months", f"{month} {shard}" if shard else str(month))


def product_path(store_id: str, month: Month, product_id: str) -> Path:
    return (*store_path(store_id), "productMonths", document_id(str(month), product_id))


def coupon_path(store_id: str, code: str) -> Path:
    return (*store_path(store_id), "coupons", document_id(code))


def coupon_month_path(store_id: str, month: Month, code: str) -> Path:
    return (*store_path(store_id), "couponMonths", document_id(str(month), code))


def reconciliation_path(store_id: str, month: Month) -> Path:
    return (*store_path(store_id), "reconciliations", str(month))


def letter_path(letter_id: str) -> Path:
    return ("deadLetters", letter_id)


def letter_part_path(letter_id: str, n: int) -> Path:
    return (*letter_path(letter_id), "deadLetterParts", str(n))


def basket_path(store_id: str, basket_id: str) -> Path:
    return (*store_path(store_id), "baskets", document_id(basket_id))


def outbox_path(store_id: str, basket_id: str) -> Path:
    """Return where the event of a basket waits until it is published; in one place for all stores."""
    return ("outbox", document_id(store_id, basket_id))


def lookup_path(store_id: str, identifier_hash: str) -> Path:
    return (*store_path(store_id), "lookups", identifier_hash)


def lookup_call_path(store_id: str, call_id: str) -> Path:
    return (*store_path(store_id), "lookupCalls", call_id)


def record_path(change: Change) -> Path:
    """Return where the facts are kept that the change adds to."""
    if isinstance(change, OrderChange):
        return order_path(change.store_id, change.order_id)
    return customer_path(change.store_id, change.customer_id)


def tally_path(store_id: str, cell: Cell, shard: int = 0) -> Path:
    """Return the document that holds the cell's counter, for writers of that shard of the store's month."""
    match cell.tally:
        case Tally.STORE:
            return month_path(store_id, Month.of(cell.day), shard)
        case Tally.PRODUCT:
            return product_path(store_id, Month.of(cell.day), cell.of)
        case Tally.COUPON:
            return coupon_path(store_id, cell.of)
        case Tally.COUPON_MONTH:
            return coupon_month_path(store_id, Month.of(cell.day), cell.of)
        case Tally.CUSTOMER:
            return customer_path(store_id, cell.of)
