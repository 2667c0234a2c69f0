"""The rival in PostgreSQL: upserts in a transaction, as an order service keeps them beside its orders.

The counters are those that the ledger keeps for these events. A month is the sum of its days here, which
saves an upsert. Late events, amendments and refunds are not detected. The server is durable as shipped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psycopg

from emulator.guard import Guard
from emulator.ports import HOST, PortBook
from emulator.processes import Command, ManagedProcess
from emulator.readiness import wait_until_ready
from infra.typical_orders import PRICE_MINOR, OrderEvent

_USER = "bench"
_UNPRIVILEGED = ("postgres", "nobody")
"""Users that run the server in place of root, which PostgreSQL refuses."""

_SCHEMA = """
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


class PostgresWriter(ExitStack):
    """Counts a list of events in one transaction, for as many threads at once as there are connections."""

    def __init__(self, address: str, connections: int) -> None:
        super().__init__()
        self._idle: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
        for _ in range(connections):
            self._idle.put(self.enter_context(psycopg.connect(address, autocommit=True)))

    def prepared(self, events: Sequence[OrderEvent]) -> Callable[[], None]:
        return partial(self._write, events)

    def _write(self, events: Sequence[OrderEvent]) -> None:
        connection = self._idle.get()
        try:
            with connection.transaction(), connection.cursor() as cursor:
                _count(cursor, events)
        finally:
            self._idle.put(connection)


def _count(cursor: psycopg.Cursor[Any], events: Sequence[OrderEvent]) -> None:
    first, new = events[0], _record(cursor, events)
    counters = Counter[tuple[str, str]]()
    for event in events:
        if event.order_id in new:
            counters["customer", event.customer_id] += 1
            counters["store", ""] += 1
            counters.update(("product", product_id) for product_id in event.product_ids)
    amount = (0, 1, PRICE_MINOR) if first.completes else (1, 0, 0)
    values = [
        (first.store_id, kind, of, first.created_at.date(), *(n * times for n in amount))
        for (kind, of), times in sorted(counters.items(), key=lambda row: (_HOTTEST_LAST[row[0][0]], row))
    ]
    if values:
        cursor.executemany(_COUNT, values)  # sent as one pipeline


def _record(cursor: psycopg.Cursor[Any], events: Sequence[OrderEvent]) -> set[str]:
    """Write the orders and return those that were not known, or not completed, before."""
    if events[0].completes:
        cursor.execute(_COMPLETE, (events[0].store_id, [event.order_id for event in events]))
    else:
        rows = [
            (one.store_id, one.order_id, one.customer_id, one.product_ids[0], PRICE_MINOR, one.created_at)
            for one in events
        ]
        cursor.execute(_CREATE, [list(column) for column in zip(*rows, strict=True)])
    return {order_id for (order_id,) in cursor.fetchall()}


def find_postgres() -> Path | None:
    """Return the folder of its programs, from PATH or Debian's newest; None where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(folders, key=lambda path: float(path.parts[-3]))
    return newest[-1].parent if newest else None


@contextmanager
def run_postgres(programs: Path, logs: Path) -> Iterator[str]:
    """Run a server with empty tables; yield the address to connect to."""
    user = _unprivileged_user()
    port = PortBook({}).assign("postgres")
    with tempfile.TemporaryDirectory(prefix="tillpulse-postgres-") as folder, Guard() as guard:
        become: tuple[str, ...] = ()
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
            become = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
        data = str(Path(folder) / "data")
        initdb = (str(programs / "initdb"), "--pgdata", data, "--username", _USER, "--auth", "trust")
        subprocess.run((*become, *initdb), check=True, stdout=subprocess.DEVNULL, cwd=folder)
        server = (str(programs / "postgres"), "-D", data, "-h", HOST, "-p", str(port), "-k", folder)
        log = logs / "postgres.log"
        process = ManagedProcess(
            Command(name="postgres", argv=(*become, *server), environment={}, folder=Path(folder), log=log),
            guard,
        )
        address = f"host={HOST} port={port} user={_USER} dbname=postgres"
        try:
            process.start()
            wait_until_ready(process, lambda: _answers(address), timeout_s=60)
            with psycopg.connect(address) as connection:
                connection.execute(_SCHEMA)
            yield address
        finally:
            process.stop()


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.geteuid():
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in _UNPRIVILEGED if name in known)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True
