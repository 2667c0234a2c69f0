"""The environment of a function: what the topology lists for it, and nothing else."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from emulator.topology import FunctionSpec

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")

# Locally, the second variable replaces the first, which names a resource on Google Cloud.
LOCAL_STAND_INS = MappingProxyType({"MEMORYSTORE_INSTANCE": "VALKEY_URL"})

MOST_THREADS = 8


def build_function_environment(
    function: FunctionSpec,
    *,
    root: Path,
    values: Mapping[str, str],
    emulator_hosts: Mapping[str, str],
    secret: str,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """Return the whole environment of one function.

    Args:
        function: lists the variables and secrets that it is given.
        root: the repository, so that `shared` can be imported.
        values: the stack's value for each variable a function may list.
        emulator_hosts: given to every function; on Google Cloud no variable names the real services.
        secret: every secret without a value in `values`; local ones guard nothing. As a payment webhook's, it
            speaks for every store.
        environ: the developer's environment, for listed variables that the stack does not set.
    """
    result = {name: environ[name] for name in PASSED_ON if name in environ}
    for name in function.environment:
        local = LOCAL_STAND_INS.get(name, name)
        if (value := values.get(local, environ.get(local))) is not None:
            result[local] = value
    result.update({name: values.get(name) or _local_secret(name, secret) for name in function.secrets})
    result.update(emulator_hosts)
    result.update(
        PYDANTIC_DISABLE_PLUGINS="__all__",  # as when deployed: there is none to look for
        PYTHONPATH=str(root),
        PYTHONTZPATH="",  # as when deployed: the locked tzdata decides, not this machine
        PYTHONUNBUFFERED="1",
        K_SERVICE=function.name,
        THREADS=str(min(function.concurrency, MOST_THREADS)),
        CLOUD_RUN_TIMEOUT_SECONDS=str(function.timeout_s),
    )
    return result


def _local_secret(name: str, secret: str) -> str:
    if name.endswith("_WEBHOOK_SECRETS"):
        return json.dumps([{"secret": secret, "stores": "*"}])
    return secret


def build_program_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program that is not a function."""
    return {name: environ[name] for name in (*PASSED_ON, "JAVA_HOME") if name in environ}
