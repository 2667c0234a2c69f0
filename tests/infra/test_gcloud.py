"""What gcloud is told to make is what Terraform makes, and gcloud knows every command and flag of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from infra.gcloud import Runner, main, script
from infra.gcloud_commands import LEFT_OUT, REQUIRED, Command, Commands, Wanted
from shared.settings import read_settings
from tests.infra.configuration import ENVIRONMENTS, ROOT, evaluate, inputs_of, resources

LOCALS = (
    "functions", "subscribed", "scheduled", "called", "on_network", "topics", "publishes", "environment",
    "secrets", "secret_reads",
)  # fmt: skip
FIXED = {"PYDANTIC_DISABLE_PLUGINS": "__all__", "PYTHONTZPATH": ""}
GIVEN = {
    *REQUIRED, "CUSTOMER_API_ENDPOINT", "IAP_ACCESS", "IAP_AUDIENCE", "IMAGE_ORIGINS", "OIDC_CLIENT_ID",
}  # fmt: skip
"""What whoever deploys says; everything else must come to the same by itself."""

MADE = {
    "google_cloud_run_service_iam_member.calls", "google_cloud_run_service_iam_member.public",
    "google_cloud_scheduler_job.job", "google_cloudfunctions2_function.function",
    "google_firestore_database.ledger", "google_firestore_field.field", "google_firestore_index.index",
    "google_project_iam_member.build", "google_project_iam_member.build_reads_sources",
    "google_project_iam_member.connects_to_cache", "google_project_iam_member.finds_cache",
    "google_project_iam_member.stores", "google_project_service.required",
    "google_pubsub_subscription.push", "google_pubsub_subscription_iam_member.acknowledges_dead_letters",
    "google_pubsub_topic.topic", "google_pubsub_topic_iam_member.forwards_dead_letters",
    "google_pubsub_topic_iam_member.publishes", "google_secret_manager_secret.secret",
    "google_secret_manager_secret_iam_member.reads", "google_service_account.build",
    "google_service_account.caller", "google_service_account.function",
    "google_service_account_iam_member.pubsub_signs",
}  # fmt: skip
NOT_MADE = (
    "bigquery", "billing_budget", "compute_", "firebaserules", "firestore_backup", "logging_", "memorystore",
    "monitoring", "network_connectivity", "storage_bucket", "pubsub_subscription.archive", ".tenant",
    ".dashboard_replays", "run_service_iam_member.invited", "run_service_iam_member.iap", "time_sleep",
    "iap_", "artifact_registry", "iam_member.traces",
)  # fmt: skip
"""Parts of the names of what `LEFT_OUT` says, and of the bucket of sources: gcloud has one of its own."""

EVERYWHERE = {"--project", "--quiet"}
"""Flags that every command of gcloud has."""


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what Terraform makes resources for."""
    expression = "{" + ", ".join(f"{name} = local.{name}" for name in LOCALS)
    expression += ", most = var.default_max_instances, most_of = var.max_instances"
    expression += ", public = var.public_functions}"
    return dict(evaluate(expression, tmp_path_factory.mktemp("terraform")))


@pytest.fixture(scope="module")
def wanted(terraform: Mapping[str, Any]) -> Wanted:
    return Wanted(
        project="my-project",
        region="europe-west1",
        firestore_location="eur3",
        timezone="UTC",
        connector="cache",
        max_instances=terraform["most"],
        public=frozenset(terraform["public"]),
        variables={name: terraform["environment"][name] for name in GIVEN},
        secret_versions={"LOOKUP_SALT": "2"},
    )


@pytest.fixture(scope="module")
def commands(wanted: Wanted) -> list[Command]:
    return list(Commands(ROOT / "infra", wanted).all())


def made(commands: list[Command], *words: str) -> set[str]:
    """Return the names of what commands of these words make."""
    return {command[len(words)] for command in commands if command[: len(words)] == words}


def flag(command: Command, name: str) -> str:
    (value,) = [part.partition("=")[2] for part in command if part.partition("=")[0] == name]
    return value


def hyphened(name: str) -> str:
    return name.lower().replace("_", "-")


def test_it_makes_what_terraform_makes(commands: list[Command], terraform: Mapping[str, Any]) -> None:
    assert made(commands, "functions", "deploy") == set(terraform["functions"])
    assert made(commands, "pubsub", "topics", "create") == set(terraform["topics"])
    assert made(commands, "pubsub", "subscriptions", "create") == set(terraform["subscribed"])
    assert made(commands, "scheduler", "jobs", "create", "http") == set(terraform["scheduled"])
    assert made(commands, "secrets", "create") == {hyphened(name) for name in terraform["secrets"]}
    accounts = {f"fn-{one}" for one in terraform["functions"]} | {
        f"call-{one}" for one in terraform["called"]
    }
    assert made(commands, "iam", "service-accounts", "create") == accounts | {"tillpulse-build"}


def test_it_grants_what_terraform_grants(commands: list[Command], terraform: Mapping[str, Any]) -> None:
    granted = {
        (
            re.sub(r"^serviceAccount:|@.*", "", flag(command, "--member")),
            flag(command, "--role").removeprefix("roles/"),
            command[command.index("add-iam-policy-binding") + 1].partition("@")[0],
        )
        for command in commands
        if "add-iam-policy-binding" in command
    }
    agent, project = "service-$NUMBER", "my-project"
    publishes, reads = terraform["publishes"].values(), terraform["secret_reads"].values()
    waiting = set(terraform["subscribed"]) - {"dead-letter-received"}
    cache, build = ("dbConnectionUser", "viewer"), ("artifactregistry.writer", "logging.logWriter")
    expected = {
        (agent, "pubsub.publisher", "dead-letters"),
        ("tillpulse-build", "storage.objectAdmin", project),
        *(("tillpulse-build", role, project) for role in build),
        *((f"fn-{one['function']}", "pubsub.publisher", one["topic"]) for one in publishes),
        *((f"call-{one}", "run.invoker", one) for one in terraform["called"]),
        *(("allUsers", "run.invoker", one) for one in terraform["public"]),
        *((agent, "iam.serviceAccountTokenCreator", f"call-{one}") for one in terraform["subscribed"]),
        *((agent, "pubsub.subscriber", one) for one in waiting),
        *((f"fn-{one}", f"memorystore.{role}", project) for one in terraform["on_network"] for role in cache),
        *((f"fn-{one}", "datastore.user", project) for one in terraform["functions"]),
        *(
            (f"fn-{one['function']}", "secretmanager.secretAccessor", hyphened(one["secret"]))
            for one in reads
        ),
    }
    assert granted == expected


def test_a_function_is_set_as_terraform_sets_it(
    wanted: Wanted, commands: list[Command], terraform: Mapping[str, Any]
) -> None:
    of_functions = Commands(ROOT / "infra", wanted)
    for command in commands:
        if command[:2] != ("functions", "deploy"):
            continue
        function = terraform["functions"][command[2]]
        listed = {
            name: terraform["environment"][name]
            for name in function["environment"]
            if name in terraform["environment"]
        }
        theirs = {**listed, "THREADS": str(function["concurrency"]), **FIXED}
        ours = of_functions.environment(function)
        assert ours.items() >= FIXED.items()
        assert read_settings(ours) == read_settings(theirs), command[2]
        assert ours.keys() <= theirs.keys()
        assert flag(command, "--memory") == function["memory"]
        assert flag(command, "--concurrency") == str(function["concurrency"])
        most = terraform["most_of"].get(command[2], terraform["most"])
        assert flag(command, "--max-instances") == str(most)
        assert flag(command, "--timeout") == f"{function['timeoutSeconds']}s"
        is_called = command[2] in terraform["called"]
        assert flag(command, "--ingress-settings") == ("internal-only" if is_called else "all")
        assert ("--vpc-connector=cache" in command) == (command[2] in terraform["on_network"])


def test_every_resource_of_the_terraform_is_made_or_said_to_be_left_out() -> None:
    rest = resources().keys() - MADE
    assert resources().keys() >= MADE
    assert [one for one in rest if not any(part in one for part in NOT_MADE)] == []


def test_apis_are_those_of_the_terraform_but_for_what_is_left_out(commands: list[Command]) -> None:
    listed = re.findall(r'"(\w+)\.googleapis\.com"', str(resources()["google_project_service.required"].body))
    enabled = {part.partition(".")[0] for part in commands[0][2:] if part.endswith(".googleapis.com")}
    left_out = {api for apis in LEFT_OUT.values() for api in apis}
    assert enabled <= set(listed)
    assert set(listed) - enabled <= left_out


def test_gcloud_knows_every_command_and_flag(commands: list[Command]) -> None:
    used = {words(command): set[str]() for command in commands}
    for command in commands:
        used[words(command)] |= {part.partition("=")[0] for part in command if part.startswith("--")}
    with ThreadPoolExecutor(2) as pool:
        helps = dict(zip(used, pool.map(help_of, used), strict=True))
    unknown = {name: flags - known(helps[name]) - EVERYWHERE for name, flags in used.items()}
    assert {name: flags for name, flags in unknown.items() if flags} == {}
    assert "--set-env-varz" not in known(helps["functions", "deploy"])


def words(command: Command) -> Command:
    """Return the words of a command, without the name of what it is about."""
    until = max(n for n, part in enumerate(command[:5]) if part in WORDS_LAST)
    return command[: until + 1]


WORDS_LAST = {"enable", "create", "deploy", "add-iam-policy-binding", "update", "http"}


def help_of(command: Command) -> str:
    if shutil.which("gcloud") is None:
        pytest.skip("gcloud is not on the PATH; its help tells which commands and flags there are")
    done = subprocess.run(["gcloud", *command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def known(text: str) -> set[str]:
    plain = set(re.findall(r"--[a-z][a-z0-9-]*", text))
    return plain | {f"--no-{name}" for name in re.findall(r"--\[no-\]([a-z0-9-]+)", text)}


RECORDER = """#!/bin/sh
case "$*" in
  *"functions describe"*) echo "https://$3.run.app" ;;
  *"projects describe"*) echo 12 ;;
  *) printf '%s\\037' "$@" >> "$LOG"; echo >> "$LOG"
     case "$*" in
       *"topics create"*) echo "ERROR: Resource already exists in the project" >&2; exit 1 ;;
       *"$REFUSED"*) echo "ERROR: PERMISSION_DENIED" >&2; exit 1 ;;
     esac ;;
esac
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a gcloud on the PATH that writes down what it is told; there is no project to tell it to."""
    (tmp_path / "gcloud").write_text(RECORDER)
    (tmp_path / "gcloud").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("REFUSED", "nothing of all this")
    return tmp_path / "log"


def test_the_script_tells_gcloud_what_running_it_does(
    wanted: Wanted, commands: list[Command], log: Path
) -> None:
    runner = Runner(wanted)
    for command in commands:
        runner.run(command)
    ran = log.read_text().splitlines()
    log.unlink()
    done = subprocess.run(["sh"], input=script(wanted, commands), text=True, capture_output=True, check=False)
    assert log.read_text().splitlines() == ran, done.stderr
    assert len(ran) == len(commands)
    assert not [line for line in ran if "$" in line]


def test_what_exists_is_left_and_what_is_refused_ends_it(
    wanted: Wanted, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(wanted)
    runner.run(("pubsub", "topics", "create", "order-created"))
    monkeypatch.setenv("REFUSED", "services enable")
    with pytest.raises(click.ClickException, match="PERMISSION_DENIED"):
        runner.run(("services", "enable", "run.googleapis.com"))
    assert len(log.read_text().splitlines()) == 2


def test_a_new_project_is_large_enough_for_what_gcloud_makes() -> None:
    (most,) = [parameter.default for parameter in main.params if parameter.name == "max_instances"]
    staging = next(folder for folder in ENVIRONMENTS if folder.name == "staging")
    assert most == inputs_of(staging)["default_max_instances"]


def test_without_gcloud_it_says_so(wanted: Wanted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(click.ClickException, match="gcloud is not on the PATH"):
        Runner(wanted).run(("services", "enable", "run.googleapis.com"))


def test_without_what_functions_need_nothing_is_made() -> None:
    place = ["--project", "p", "--region", "r", "--firestore-location", "l", "--dry-run"]
    said = CliRunner().invoke(main, place)
    assert said.exit_code == 2
    assert all(f"--set {name}=" in said.output for name in REQUIRED)
    given = [part for name in REQUIRED for part in ("--set", f"{name}=x/y")]
    assert "--connector" in CliRunner().invoke(main, [*place, *given]).output
    printed = CliRunner().invoke(main, [*place, *given, "--connector", "c"]).output
    assert printed.startswith("#!/bin/sh\n# Not made: the archive in BigQuery.\n")
    assert "gcloud functions deploy order-created " in printed
