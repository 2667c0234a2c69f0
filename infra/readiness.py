"""Judge from what gcloud says of a project whether a first deploy can succeed, and say what to ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from infra.run_gcloud import Answer, Refused

FIRST_APIS = (
    "cloudbuild.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "pubsub.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
)
"""What Terraform calls before it can enable an API itself."""

DEPLOYING_ROLES = {"roles/owner", "roles/resourcemanager.projectIamAdmin"}

_MEMBERS = ("iam.allowedPolicyMemberDomains", "iam.managed.allowedPolicyMembers")
_INGRESS = "cloudfunctions.allowedIngressSettings"
_ACCOUNTS = "iam.disableServiceAccountCreation"
_LOCATIONS = "gcp.resourceLocations"
_BALANCERS = "compute.restrictLoadBalancerCreationForTypes"
CONSTRAINTS = (*_MEMBERS, _INGRESS, _ACCOUNTS, _LOCATIONS, _BALANCERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """What all instances of a function may take at most."""

    function: str
    count: int
    milli_cpu: int
    memory_bytes: int


_TAKES: Mapping[str, Callable[[Instances], int]] = {
    "CpuAllocPerProjectRegion": lambda one: one.count * one.milli_cpu,
    "MemAllocPerProjectRegion": lambda one: one.count * one.memory_bytes,
}
"""Cloud Run's quotas. A function is refused whose instances could take more than all of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a deploy makes."""

    project: str
    region: str
    functions: tuple[Instances, ...]
    has_public_functions: bool
    has_domain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """gcloud's answers about a project, and the account that asked."""

    account: str | None
    project: Answer
    billing: Answer
    roles: Answer
    services: Answer
    quotas: Answer
    policies: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Finding:
    """`stop`: the deploy would fail. `look`: it may, and only you can tell. `good`: it is as needed."""

    weight: Literal["stop", "look", "good"]
    text: str


def judge(wanted: Wanted, said: Said) -> Iterator[Finding]:
    """Yield what stands in the way of a first deploy, and what is as needed."""
    account = said.account
    if account is None:
        yield Finding("stop", "you are not signed in: gcloud auth login")
        return
    yield Finding("good", f"you are {account}")
    if isinstance(said.project, Refused):
        yield Finding("stop", f"{account} can't see project {wanted.project}: {said.project.words}")
        return
    yield from _judge_project(wanted, said.project)
    yield from _judge_roles(account, said.roles)
    yield from _judge_billing(wanted, said.billing)
    yield from _judge_apis(wanted, said.services)
    yield from _judge_policies(wanted, said.policies)
    yield from _judge_quotas(wanted, said.quotas)


def _judge_project(wanted: Wanted, project: Any) -> Iterator[Finding]:
    state = project.get("lifecycleState", "unknown")
    if state != "ACTIVE":
        yield Finding("stop", f"project {wanted.project} is {state}: expected ACTIVE")


def _judge_roles(account: str, roles: Answer) -> Iterator[Finding]:
    if isinstance(roles, Refused):
        yield Finding("look", f"who may do what is not shown to {account}: {roles.words}")
        return
    kind = "serviceAccount" if account.endswith(".gserviceaccount.com") else "user"
    held = {
        binding["role"]
        for binding in dict(roles).get("bindings", [])
        if f"{kind}:{account}" in binding.get("members", [])
    }
    if held & DEPLOYING_ROLES:
        yield Finding("good", f"you hold {', '.join(sorted(held & DEPLOYING_ROLES))}")
    else:
        needed = " or ".join(sorted(DEPLOYING_ROLES))
        yield Finding(
            "look",
            f"the project itself does not give you {needed}; a group or a folder may. infra/DEPLOY.md lists"
            ' the roles of a deployer ("With Cloud Build")',
        )


def _judge_billing(wanted: Wanted, billing: Answer) -> Iterator[Finding]:
    if isinstance(billing, Refused):
        yield Finding("look", f"billing is not shown to you: {billing.words}")
    elif not dict(billing).get("billingEnabled"):
        yield Finding(
            "stop",
            f"no billing: gcloud billing projects link {wanted.project} --billing-account=<account>",
        )
    else:
        yield Finding("good", "billing is enabled")


def _judge_apis(wanted: Wanted, services: Answer) -> Iterator[Finding]:
    if isinstance(services, Refused):
        yield Finding("stop", f"enabled APIs are not shown to you: {services.words}")
        return
    enabled = {service["config"]["name"] for service in services}
    if missing := [api for api in FIRST_APIS if api not in enabled]:
        command = f"gcloud services enable {' '.join(missing)} --project={wanted.project}"
        yield Finding("stop", f"APIs that Terraform itself needs: {command}")
    else:
        yield Finding("good", "the APIs that Terraform itself needs are enabled; it enables the others")


def _judge_policies(wanted: Wanted, policies: Mapping[str, Answer]) -> Iterator[Finding]:
    for constraint, policy in policies.items():
        if isinstance(policy, Refused):
            yield Finding("look", f"policy {constraint} is not shown to you: {policy.words}")
        elif _is_restrictive(policy):
            yield from _judge_restriction(wanted, constraint, policy)


def _judge_restriction(wanted: Wanted, constraint: str, policy: Any) -> Iterator[Finding]:
    allowed = [value for rule in _rules(policy) for value in rule.get("values", {}).get("allowedValues", [])]
    says = f"policy {constraint} allows {', '.join(allowed) or 'less than everything'}"
    if constraint in _MEMBERS and wanted.has_public_functions:
        yield Finding(
            "stop",
            f"{says}, and functions are public (allUsers): ask for an exception for {wanted.project}, or set"
            ' public_functions = [] (infra/DEPLOY.md, "Without public functions")',
        )
    elif constraint == _ACCOUNTS:
        yield Finding("stop", f"policy {constraint} forbids service accounts: ask for an exception")
    elif constraint == _INGRESS:
        needed = ["ALLOW_ALL", "ALLOW_INTERNAL_ONLY", *["ALLOW_INTERNAL_AND_GCLB"] * wanted.has_domain]
        if missing := [setting for setting in needed if setting not in allowed]:
            yield Finding("stop", f"{says}: ask for {', '.join(missing)}")
    elif constraint == _LOCATIONS:
        yield Finding("look", f"{says}: see that it includes {wanted.region} and global")
    elif constraint == _BALANCERS and wanted.has_domain:
        yield Finding("look", f"{says}: see that it includes GLOBAL_EXTERNAL_MANAGED_HTTP_HTTPS")


def _is_restrictive(policy: Any) -> bool:
    return any(rule.get("enforce") or "values" in rule or rule.get("denyAll") for rule in _rules(policy))


def _rules(policy: Any) -> list[Any]:
    return list(policy.get("spec", {}).get("rules", []))


def _judge_quotas(wanted: Wanted, quotas: Answer) -> Iterator[Finding]:
    if isinstance(quotas, Refused):
        yield Finding("look", f"quotas are not shown to you: {quotas.words}")
        return
    for quota, takes in _TAKES.items():
        limit = _limit(quotas, quota, wanted.region)
        largest, together = max(map(takes, wanted.functions)), sum(map(takes, wanted.functions))
        if over := [one.function for one in wanted.functions if takes(one) > limit]:
            yield Finding(
                "stop",
                f"{quota} of {wanted.region} is {limit}, too little for all instances of {', '.join(over)}:"
                f" lower default_max_instances, or ask: {_ask(wanted, quota, largest)}",
            )
        elif together > limit:
            yield Finding(
                "look",
                f"{quota} of {wanted.region} is {limit}, and all functions at their most take {together}:"
                f" requests wait then. To ask: {_ask(wanted, quota, together)}",
            )
        else:
            yield Finding("good", f"{quota} of {wanted.region} is enough for all functions at their most")


def _limit(quotas: Any, quota_id: str, region: str) -> float:
    """Return a quota's value in a region; a quota that gcloud does not list bounds nothing."""
    for quota in quotas:
        if quota.get("quotaId") == quota_id:
            for info in quota.get("dimensionsInfos", []):
                if region in (info.get("dimensions", {}).get("region"), *info.get("applicableLocations", [])):
                    value = int(info["details"]["value"])
                    return math.inf if value < 0 else value
    return math.inf


def _ask(wanted: Wanted, quota_id: str, value: int) -> str:
    return (
        f"gcloud beta quotas preferences create --service=run.googleapis.com --project={wanted.project}"
        f" --quota-id={quota_id} --dimensions=region={wanted.region} --preferred-value={value}"
    )
