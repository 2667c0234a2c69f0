"""What a function finds in its environment."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from emulator.environment import build_function_environment
from emulator.topology import FunctionSpec
from shared.domain.webhook_grant import read_grants

VALUES = {
    "LOG_LEVEL": "INFO",
    "VALKEY_URL": "redis://127.0.0.1:6379/0",
    "AUTH_ISSUER": "http://127.0.0.1:8090",
}


def build(
    environment: tuple[str, ...],
    *,
    secrets: tuple[str, ...] = (),
    concurrency: int = 4,
    environ: dict[str, str] | None = None,
) -> dict[str, str]:
    function = FunctionSpec(
        name="order-created",
        source="functions/orders",
        entry_point="order_created",
        topic="order-created",
        schedule=None,
        publishes=(),
        concurrency=concurrency,
        timeout_s=60,
        environment=environment,
        secrets=secrets,
    )
    return build_function_environment(
        function,
        root=Path("/repository"),
        values=VALUES,
        emulator_hosts={"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8081"},
        secret="s3cret",
        environ=environ or {},
    )


def test_only_what_the_topology_lists_is_given() -> None:
    assert build(("LOG_LEVEL",), environ={"AUTH_ISSUER": "x", "GOOGLE_APPLICATION_CREDENTIALS": "x"}) == {
        "LOG_LEVEL": "INFO",
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8081",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "PYTHONPATH": "/repository",
        "PYTHONTZPATH": "",
        "PYTHONUNBUFFERED": "1",
        "K_SERVICE": "order-created",
        "THREADS": "4",
        "CLOUD_RUN_TIMEOUT_SECONDS": "60",
    }


def test_time_zones_come_from_the_locked_package_alone() -> None:
    program = "import zoneinfo; print(zoneinfo.TZPATH, *sorted(zoneinfo.available_timezones()), sep='\\n')"
    environment = build(()) | {"PYTHONPATH": ""}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    packaged = (files("tzdata") / "zones").read_text().split()
    assert printed.split() == ["()", *sorted(packaged)]


def test_the_stack_wins_over_the_developers_environment() -> None:
    assert build(("LOG_LEVEL",), environ={"LOG_LEVEL": "DEBUG"})["LOG_LEVEL"] == "INFO"


def test_what_the_stack_knows_nothing_of_comes_from_the_developers_environment() -> None:
    assert "IAP_AUDIENCE" not in build(("IAP_AUDIENCE",))
    assert build(("IAP_AUDIENCE",), environ={"IAP_AUDIENCE": "mine"})["IAP_AUDIENCE"] == "mine"


def test_memorystore_is_replaced_and_never_reached_from_here() -> None:
    found = build(("MEMORYSTORE_INSTANCE",), environ={"MEMORYSTORE_INSTANCE": "projects/real"})
    assert found["VALKEY_URL"] == VALUES["VALKEY_URL"]
    assert "MEMORYSTORE_INSTANCE" not in found


def test_every_secret_has_a_value() -> None:
    assert build((), secrets=("LOOKUP_SALT",))["LOOKUP_SALT"] == "s3cret"


def test_a_webhook_secret_speaks_for_every_store() -> None:
    [grant] = read_grants(build((), secrets=("STRIPE_WEBHOOK_SECRETS",))["STRIPE_WEBHOOK_SECRETS"])
    assert grant.secret == "s3cret"
    assert grant.covers("any store", None, True)


def test_threads_are_bounded() -> None:
    assert build((), concurrency=80)["THREADS"] == "8"
