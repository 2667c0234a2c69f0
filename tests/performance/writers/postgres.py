"""The rival in PostgreSQL: upserts in a transaction, as an order service has them beside its orders.

The counters are those that the ledger keeps for these events. A month is the sum of its days here, which
spares an upsert. Neither late events, nor amendments, nor refunds are detected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from queue import SimpleQueue
from typing import Any

import psycopg

from tests.performance.events import PRICE_MINOR, Sale

SCHEMA = """
CREATE TABLE orders (store_id text, order_id text, customer_id text, product_id text, price bigint,
  created_at timestamptz, completed_at timestamptz, PRIMARY KEY (store_id, order_id));
CREATE TABLE counters (store_id text, kind text, id text, day date, orders bigint NOT NULL,
  completed bigint NOT NULL, sales bigint NOT NULL, PRIMARY KEY (store_id, kind, id, day));
"""
_CREATE = """INSERT INTO orders (store_id, order_id, customer_id, product_id, price, created_at)
  SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
  ON CONFLICT DO NOTHING RETURNING order_id"""
_COMPLETE = """UPDATE orders SET completed_at = now()
  WHERE store_id = %s AND order_id = ANY(%s) AND completed_at IS NULL RETURNING order_id"""
_COUNT = """INSERT INTO counters VALUES (%s, %s, %s, %s, %s, %s, %s)
  ON CONFLICT (store_id, kind, id, day) DO UPDATE SET orders = counters.orders + excluded.orders,
  completed = counters.completed + excluded.completed, sales = counters.sales + excluded.sales"""
_HOTTEST_LAST = {"customer": 0, "product": 1, "store": 2}
"""The order of locks: always the same, and the row that all wait for is held shortest."""

_Row = tuple[str, str]


class PostgresWriter:
    """Counts a list of events in one transaction, for as many threads at once as there are connections."""

    def __init__(self, address: str, connections: int) -> None:
        self._all = [psycopg.connect(address, autocommit=True) for _ in range(connections)]
        self._idle: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
        for connection in self._all:
            self._idle.put(connection)

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    def write(self, sales: Sequence[Sale]) -> None:
        connection = self._idle.get()
        try:
            self._write(connection, sales)
        finally:
            self._idle.put(connection)

    def _write(self, connection: psycopg.Connection[Any], sales: Sequence[Sale]) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            fresh = _record(cursor, sales)
            rows = _counted([sale for sale in sales if sale.order_id in fresh])
            amount = (0, 1, PRICE_MINOR) if sales[0].completes else (1, 0, 0)
            day = sales[0].created_at.date()
            values = [
                (sales[0].store_id, kind, of, day, *(n * times for n in amount))
                for (kind, of), times in sorted(rows.items(), key=lambda row: (_HOTTEST_LAST[row[0][0]], row))
            ]
            if values:
                cursor.executemany(_COUNT, values)  # sent as one pipeline


def _record(cursor: psycopg.Cursor[Any], sales: Sequence[Sale]) -> set[str]:
    """Write the orders and return those that were not known, or not completed, before."""
    if sales[0].completes:
        cursor.execute(_COMPLETE, (sales[0].store_id, [sale.order_id for sale in sales]))
    else:
        rows = [
            (sale.store_id, sale.order_id, sale.customer_id, sale.product_id, PRICE_MINOR, sale.created_at)
            for sale in sales
        ]
        cursor.execute(_CREATE, [list(column) for column in zip(*rows, strict=True)])
    return {order_id for (order_id,) in cursor.fetchall()}


def _counted(sales: Sequence[Sale]) -> Mapping[_Row, int]:
    rows: Counter[_Row] = Counter()
    for sale in sales:
        rows.update([("customer", sale.customer_id), ("product", sale.product_id), ("store", "")])
    return rows
