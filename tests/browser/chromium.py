"""A Chromium to test with: the one that is installed, or one from the distribution's packages."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import gettempdir

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL = ("apt-get update", "apt-get install -y --no-install-recommends chromium fonts-liberation")


class NoChromium(Exception):
    """There is none; the message names the command that installs it."""


def find_chromium() -> Path:
    """Return Chromium's path. Where it is missing it is installed, as root on Debian.

    Raises:
        NoChromium: it is missing, and can't be installed from here.
    """
    if (found := _found()) is not None:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        # Tests run in parallel, and apt-get does not wait for another.
        with (Path(gettempdir()) / "tillpulse-chromium.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in _INSTALL:
                if _found() is None:
                    subprocess.run(command.split(), env=environment, capture_output=True, check=False)
        if (found := _found()) is not None:
            return found
    commands = " && ".join(f"sudo {command}" for command in _INSTALL)
    raise NoChromium(f"there is no Chromium for the browser tests; on Debian: {commands}")


def _found() -> Path | None:
    named = os.environ.get("CHROMIUM")
    names = (named,) if named else _NAMES
    return next((Path(path) for name in names if (path := shutil.which(name))), None)
