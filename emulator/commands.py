"""The command line of each program the stack starts."""

import sys
from pathlib import Path

from emulator.jars import Jar
from emulator.ports import HOST
from emulator.topology import FunctionSpec

# Short lives on few cores: the simple collector starts sooner and takes no threads of its own, and the second
# compiler costs more than it saves (measured: a third of the processor's time of 1,500 commits and queries).
JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.language=en")

SERVER = Path(__file__).with_name("function_server.py")


def emulator_command(java: Path, jar: Jar, port: int) -> tuple[str, ...]:
    """Return the command of the emulator in the jar, which does not always name its own main class."""
    options = [option.format(host=HOST, port=port) for option in jar.emulator.options]
    return (str(java), *JVM_OPTIONS, "-cp", str(jar.path), jar.emulator.main_class, *options)


def valkey_command(server: Path, port: int) -> tuple[str, ...]:
    """Return the command of a server that keeps nothing on disk, and that drops what is read least."""
    kept = ("--save", "", "--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru")
    return (str(server), "--bind", HOST, "--port", str(port), *kept)


def function_command(function: FunctionSpec, folder: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves one function as Google Cloud does."""
    main = str(folder / "main.py")
    # -P: the server's folder is not a place for a function to import from.
    framework = (sys.executable, "-P", str(SERVER), "--host", HOST, "--port", str(port))
    return (*framework, "--target", function.entry_point, "--source", main)


def customer_api_command(port: int) -> tuple[str, ...]:
    """Return the command of the mock customer API."""
    return (sys.executable, "-m", "emulator.customer_api", HOST, str(port))
