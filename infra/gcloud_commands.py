"""The gcloud commands that make what runs: from infra/topology.json and infra/firestore.indexes.json. Pure.

They make what the Terraform in `infra/modules/tillpulse` makes, but for what `LEFT_OUT` says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.environment import defaults
from infra.gcloud_indexes import index_commands

LEFT_OUT = {
    "the archive in BigQuery": ("bigquery",),
    "alerts, metrics and the budget": ("monitoring", "billingbudgets"),
    "the load balancer and Identity-Aware Proxy": ("iap",),
    "the cache and its network (name them with --set MEMORYSTORE_INSTANCE=… and --connector)": (
        "compute",
        "networkconnectivity",
        "serviceconsumermanagement",
    ),
    "backups, Firestore's rules, the bucket of audit lines, publishers' own topics, and grants to people": (
        "firebaserules",
    ),
}
"""{what these commands don't make: the APIs that are needed for it alone}."""

REQUIRED = ("AUTH_AUDIENCE", "AUTH_ISSUER", "AUTH_JWKS_URL", "MEMORYSTORE_INSTANCE")
"""Variables that nothing works without."""

DATABASE = "tillpulse"
BUILDER = "tillpulse-build"
Command = tuple[str, ...]
"""Arguments of gcloud. `$NUMBER` is the project's number and `$(uri x)` the address of the function x."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is made, and where. `variables` and `secret_versions` have a value by name.

    `connector` is of Serverless VPC Access; `max_instances` is for functions without a bound of their own.
    """

    project: str
    region: str
    firestore_location: str
    timezone: str
    connector: str
    max_instances: int
    public: frozenset[str]
    variables: Mapping[str, str]
    secret_versions: Mapping[str, str]


class Commands:
    """Makes the commands of one project, in the order in which they run."""

    def __init__(self, infra: Path, wanted: Wanted) -> None:
        """Read the lists in the folder `infra`."""
        self._topology = json.loads((infra / "topology.json").read_text(encoding="utf-8"))
        self._indexes = json.loads((infra / "firestore.indexes.json").read_text(encoding="utf-8"))
        module = infra / "modules" / "tillpulse"
        self._apis = (module / "apis.tf").read_text(encoding="utf-8")
        self._most: Mapping[str, int] = defaults(module)["max_instances"]
        self._functions: list[dict[str, Any]] = self._topology["functions"]
        self._subscribed = [one for one in self._functions if "topic" in one["trigger"]]
        self._scheduled = [one for one in self._functions if "schedule" in one["trigger"]]
        self._called = [*self._subscribed, *self._scheduled]
        self._dead_letters = self._topology["delivery"]["deadLetterTopic"]
        self._wanted = wanted

    def all(self) -> Iterator[Command]:
        """Yield every command."""
        for part in (
            self._services, self._database, self._accounts, self._secrets, self._topics, self._deploys,
            self._callers, self._subscriptions, self._schedules, self._fields,
        ):  # fmt: skip
            yield from ((*command, f"--project={self._wanted.project}") for command in part())

    def _services(self) -> Iterator[Command]:
        left_out = {f"{api}.googleapis.com" for apis in LEFT_OUT.values() for api in apis}
        services = re.findall(r'"([a-z]+\.googleapis\.com)"', self._apis)
        yield ("services", "enable", *(one for one in services if one not in left_out))

    def _database(self) -> Iterator[Command]:
        yield (
            "firestore", "databases", "create", f"--database={DATABASE}", "--type=firestore-native",
            f"--location={self._wanted.firestore_location}", "--enable-pitr", "--delete-protection",
        )  # fmt: skip

    def _accounts(self) -> Iterator[Command]:
        accounts = {BUILDER: "builds functions"}
        accounts |= {f"fn-{one['name']}": f"runs {one['name']}" for one in self._functions}
        accounts |= {f"call-{one['name']}": f"calls {one['name']}" for one in self._called}
        for account, does in accounts.items():
            yield ("iam", "service-accounts", "create", account, f"--display-name=Tillpulse: {does}")
        for role in ("artifactregistry.writer", "logging.logWriter"):
            yield self._grant_in_project(BUILDER, role)
        sources = 'resource.name.startsWith("projects/_/buckets/gcf-v2-")'
        yield self._grant_in_project(BUILDER, "storage.objectAdmin", ("buckets-of-sources", sources))
        for one in self._functions:
            account = f"fn-{one['name']}"
            if "FIRESTORE_DATABASE" in one["environment"]:
                of_database = f'resource.name == "projects/{self._wanted.project}/databases/{DATABASE}"'
                yield self._grant_in_project(account, "datastore.user", (f"database-{DATABASE}", of_database))
            if "MEMORYSTORE_INSTANCE" in one["environment"]:
                instance = self._wanted.variables["MEMORYSTORE_INSTANCE"]
                of_instance = (f"instance-{instance.rpartition('/')[2]}", f'resource.name == "{instance}"')
                yield self._grant_in_project(account, "memorystore.dbConnectionUser", of_instance)
                yield self._grant_in_project(account, "memorystore.viewer")

    def _secrets(self) -> Iterator[Command]:
        for name in sorted({name for one in self._functions for name in one["secrets"]}):
            yield ("secrets", "create", _secret_id(name), "--replication-policy=automatic")
        for one in self._functions:
            for name in self._given_secrets(one):
                grant = ("secrets", "add-iam-policy-binding", _secret_id(name))
                yield (*grant, *self._member(f"fn-{one['name']}", "secretmanager.secretAccessor"))

    def _topics(self) -> Iterator[Command]:
        topics = {one["trigger"]["topic"] for one in self._subscribed} | {self._dead_letters}
        for topic in sorted(topics.union(*(one["publishes"] for one in self._functions))):
            yield ("pubsub", "topics", "create", topic)
        for one in self._functions:
            for topic in one["publishes"]:
                grant = ("pubsub", "topics", "add-iam-policy-binding", topic)
                yield (*grant, *self._member(f"fn-{one['name']}", "pubsub.publisher"))

    def _deploys(self) -> Iterator[Command]:
        called = {one["name"] for one in self._called}
        for one in self._functions:
            secrets = [
                f"{name}={_secret_id(name)}:{self._wanted.secret_versions[name]}"
                for name in self._given_secrets(one)
            ]
            most = self._most.get(one["name"], self._wanted.max_instances)
            connected = (f"--vpc-connector={self._wanted.connector}", "--egress-settings=private-ranges-only")
            yield (
                "functions", "deploy", one["name"], "--gen2", f"--region={self._wanted.region}",
                f"--runtime={self._topology['runtime']}", f"--source=dist/{Path(one['source']).name}",
                f"--entry-point={one['entryPoint']}", "--trigger-http", f"--memory={one['memory']}",
                f"--cpu={one['cpu']}", f"--concurrency={one['concurrency']}",
                f"--timeout={one['timeoutSeconds']}s", f"--max-instances={most}",
                f"--run-service-account={self._email('fn-' + one['name'])}",
                f"--build-service-account=projects/{self._wanted.project}/serviceAccounts/{self._email(BUILDER)}",
                f"--ingress-settings={'internal-only' if one['name'] in called else 'all'}",
                f"--set-env-vars={_dictionary(self.environment(one))}",
                *([f"--set-secrets={','.join(secrets)}"] if secrets else []),
                *(connected if "MEMORYSTORE_INSTANCE" in one["environment"] else []),
                "--no-allow-unauthenticated", "--quiet",
            )  # fmt: skip

    def environment(self, function: Mapping[str, Any]) -> dict[str, str]:
        """Return the variables of a function."""
        values = {
            "STORES": "known",
            **self._wanted.variables,
            "FIRESTORE_DATABASE": DATABASE,
            "GOOGLE_CLOUD_PROJECT": self._wanted.project,
        }
        listed = {name: values[name] for name in function["environment"] if name in values}
        fixed = {"PYDANTIC_DISABLE_PLUGINS": "__all__", "PYTHONTZPATH": ""}
        return {**listed, **fixed, "THREADS": str(function["concurrency"])}

    def _callers(self) -> Iterator[Command]:
        for one in self._called:
            yield self._grant_calls(one["name"], *self._member(f"call-{one['name']}", "run.invoker"))
        for name in sorted(self._wanted.public):
            yield self._grant_calls(name, "--member=allUsers", "--role=roles/run.invoker")
        for one in self._subscribed:
            grant = ("iam", "service-accounts", "add-iam-policy-binding", self._email(f"call-{one['name']}"))
            yield (*grant, *_pubsub("iam.serviceAccountTokenCreator"))
        grant = ("pubsub", "topics", "add-iam-policy-binding", self._dead_letters)
        yield (*grant, *_pubsub("pubsub.publisher"))

    def _subscriptions(self) -> Iterator[Command]:
        delivery = self._topology["delivery"]
        for one in self._subscribed:
            name, topic = one["name"], one["trigger"]["topic"]
            has_dead_letters = topic != self._dead_letters
            yield (
                "pubsub", "subscriptions", "create", name, f"--topic={topic}",
                f"--push-endpoint=$(uri {name})/projects/{self._wanted.project}/topics/{topic}",
                f"--push-auth-service-account={self._email('call-' + name)}",
                f"--push-auth-token-audience=$(uri {name})",
                f"--ack-deadline={delivery['ackDeadlineSeconds']}",
                f"--message-retention-duration={delivery['messageRetentionDays']}d",
                "--expiration-period=never", f"--min-retry-delay={delivery['minimumBackoffSeconds']}s",
                f"--max-retry-delay={delivery['maximumBackoffSeconds']}s",
                *([f"--dead-letter-topic={self._dead_letters}",
                   f"--max-delivery-attempts={delivery['maxDeliveryAttempts']}"] if has_dead_letters else []),
            )  # fmt: skip
            if has_dead_letters:
                grant = ("pubsub", "subscriptions", "add-iam-policy-binding", name)
                yield (*grant, *_pubsub("pubsub.subscriber"))

    def _schedules(self) -> Iterator[Command]:
        for one in self._scheduled:
            yield (
                "scheduler", "jobs", "create", "http", one["name"], f"--location={self._wanted.region}",
                f"--schedule={one['trigger']['schedule']}", f"--time-zone={self._wanted.timezone}",
                "--http-method=post", f"--uri=$(uri {one['name']})/",
                f"--oidc-service-account-email={self._email('call-' + one['name'])}",
                f"--oidc-token-audience=$(uri {one['name']})",
                f"--attempt-deadline={one['timeoutSeconds']}s", "--max-retry-attempts=1",
            )  # fmt: skip

    def _fields(self) -> Iterator[Command]:
        return index_commands(self._indexes, DATABASE)

    def _given_secrets(self, function: Mapping[str, Any]) -> list[str]:
        return [name for name in function["secrets"] if name in self._wanted.secret_versions]

    def _grant_in_project(self, account: str, role: str, condition: tuple[str, str] | None = None) -> Command:
        said = f"title={condition[0]},expression={condition[1]}" if condition else "None"
        grant = ("projects", "add-iam-policy-binding", self._wanted.project)
        return (*grant, *self._member(account, role), f"--condition={said}")

    def _grant_calls(self, function: str, *grant: str) -> Command:
        of = ("run", "services", "add-iam-policy-binding", function, f"--region={self._wanted.region}")
        return (*of, *grant)

    def _member(self, account: str, role: str) -> tuple[str, str]:
        return f"--member=serviceAccount:{self._email(account)}", f"--role=roles/{role}"

    def _email(self, account: str) -> str:
        return f"{account}@{self._wanted.project}.iam.gserviceaccount.com"


def _pubsub(role: str) -> tuple[str, str]:
    """Return the grant to Pub/Sub itself."""
    return (
        "--member=serviceAccount:service-$NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com",
        f"--role=roles/{role}",
    )


def _secret_id(name: str) -> str:
    return name.lower().replace("_", "-")


def _dictionary(values: Mapping[str, str]) -> str:
    """Return the values as gcloud reads them, apart by a character that no value has."""
    between = next(one for one in ",;|~^" if not any(one in value for value in values.values()))
    start = "" if between == "," else f"^{between}^"
    return start + between.join(f"{name}={value}" for name, value in values.items())
