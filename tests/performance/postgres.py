"""A PostgreSQL server of its own, durable as shipped, for as long as it is asked something."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from emulator.guard import Guard
from emulator.ports import HOST, PortBook
from emulator.processes import Command, ManagedProcess
from emulator.readiness import wait_until_ready

_NAME = "bench"
_STRANGERS = ("postgres", "nobody")
"""Who runs it in place of root, which PostgreSQL refuses."""


def find_postgres() -> Path | None:
    """Return the folder of its programs: that of the PATH, or Debian's newest; None where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(folders, key=lambda path: float(path.parts[-3]))
    return newest[-1].parent if newest else None


@contextmanager
def run_postgres(programs: Path, logs: Path) -> Iterator[str]:
    """Run a server with a new, empty database; yields how to connect to it."""
    user = _stranger()
    port = PortBook({}).assign("postgres")
    with tempfile.TemporaryDirectory(prefix="tillpulse-postgres-") as folder, Guard() as guard:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = str(Path(folder) / "data")
        initdb = (str(programs / "initdb"), "--pgdata", data, "--username", _NAME, "--auth", "trust")
        subprocess.run((*_become(user), *initdb), check=True, stdout=subprocess.DEVNULL, cwd=folder)
        server = (str(programs / "postgres"), "-D", data, "-h", HOST, "-p", str(port), "-k", folder)
        process = ManagedProcess(
            Command(
                name="postgres", argv=(*_become(user), *server), environment={}, folder=Path(folder),
                log=logs / "postgres.log",
            ),
            guard,
        )  # fmt: skip
        address = f"host={HOST} port={port} user={_NAME} dbname=postgres"
        try:
            process.start()
            wait_until_ready(process, lambda: _answers(address), timeout_s=60)
            yield address
        finally:
            process.stop()


def _stranger() -> pwd.struct_passwd | None:
    if os.geteuid():
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in _STRANGERS if name in known)


def _become(user: pwd.struct_passwd | None) -> tuple[str, ...]:
    if user is None:
        return ()
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True
