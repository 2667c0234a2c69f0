"""What would stop a first deploy is known before it, with the command that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from infra.ask_project import ask, read_wanted
from infra.readiness import CONSTRAINTS, FIRST_APIS, Finding, Said, Wanted, judge
from infra.run_gcloud import Refused
from tests.infra.configuration import ENVIRONMENTS, ROOT

NEW_PROJECT = {"CpuAllocPerProjectRegion": 20_000, "MemAllocPerProjectRegion": 40 * 1024**3}
"""What Cloud Run allows a new project, in thousandths of a CPU and in bytes."""

UNLIMITED = -1
OPEN = {"spec": {"rules": [{"allowAll": True}]}}
PRODUCTION = next(folder for folder in ENVIRONMENTS if folder.name == "production")


@cache
def of_example(environment: Path) -> Wanted:
    return read_wanted(environment, environment / "terraform.tfvars.example")


def wanted(**changes: Any) -> Wanted:
    return replace(of_example(PRODUCTION), **changes)


def quotas(**values: int) -> list[dict[str, Any]]:
    """Return what `gcloud beta quotas info list --format=json` prints; int64 are texts in JSON."""
    return [
        {
            "quotaId": quota,
            "metric": "run.googleapis.com/allocation",
            "dimensionsInfos": [
                {"applicableLocations": ["europe-west1"], "details": {"value": "1"}},
                {
                    "applicableLocations": ["southamerica-east1"],
                    "details": {"value": str(value)},
                    "dimensions": {"region": "southamerica-east1"},
                },
            ],
        }
        for quota, value in (NEW_PROJECT | values).items()
    ]


def said(**changes: Any) -> Said:
    """Return a new project's answers, where nothing stands in the way."""
    policies = {constraint: OPEN for constraint in CONSTRAINTS} | changes.pop("policies", {})
    answers = Said(
        account="ana@example.com",
        project={"projectId": "my-project-production", "lifecycleState": "ACTIVE"},
        billing={"billingEnabled": True},
        roles={"bindings": [{"role": "roles/owner", "members": ["user:ana@example.com"]}]},
        services=[{"config": {"name": api}, "state": "ENABLED"} for api in FIRST_APIS],
        quotas=quotas(),
        policies=policies,
    )
    return replace(answers, **changes)


def problems(plan: Wanted, answers: Said) -> list[str]:
    return [found.text for found in judge(plan, answers) if found.weight == "stop"]


def looks(plan: Wanted, answers: Said) -> list[str]:
    return [found.text for found in judge(plan, answers) if found.weight == "look"]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_a_new_project_is_large_enough_for_an_environment_as_it_comes(environment: Path) -> None:
    assert problems(of_example(environment), said()) == []


def test_more_instances_than_the_quota_allows_are_told_with_the_request() -> None:
    plan = wanted(functions=tuple(replace(one, count=40) for one in wanted().functions))
    (problem,) = problems(plan, said())
    assert "CpuAllocPerProjectRegion of southamerica-east1 is 20000, too little" in problem
    assert "--quota-id=CpuAllocPerProjectRegion --dimensions=region=southamerica-east1" in problem
    assert problem.endswith("--preferred-value=40000")


def test_what_all_functions_take_together_is_only_told() -> None:
    plan = wanted()
    together = sum(one.count * one.milli_cpu for one in plan.functions)
    assert together > NEW_PROJECT["CpuAllocPerProjectRegion"]
    (look,) = looks(plan, said(quotas=quotas(MemAllocPerProjectRegion=UNLIMITED)))
    assert look.endswith(f"--preferred-value={together}")
    enough = quotas(CpuAllocPerProjectRegion=together, MemAllocPerProjectRegion=UNLIMITED)
    assert looks(plan, said(quotas=enough)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"account": None}, "gcloud auth login"),
        (
            {"project": Refused("The caller does not have permission")},
            "can't see project my-project-production",
        ),
        ({"project": {"lifecycleState": "DELETE_REQUESTED"}}, "is DELETE_REQUESTED: expected ACTIVE"),
        ({"billing": {"billingEnabled": False}}, "gcloud billing projects link my-project-production"),
        ({"services": []}, f"gcloud services enable {' '.join(FIRST_APIS)}"),
    ],
)
def test_what_is_missing_is_told(changes: dict[str, Any], expected: str) -> None:
    (problem,) = problems(wanted(), said(**changes))
    assert expected in problem


@pytest.mark.parametrize(
    ("constraint", "rule"),
    [
        ("iam.allowedPolicyMemberDomains", {"values": {"allowedValues": ["C0abc"]}}),
        ("iam.managed.allowedPolicyMembers", {"enforce": True}),
    ],
)
def test_domain_restricted_sharing_stops_public_functions_alone(constraint: str, rule: Any) -> None:
    answers = said(policies={constraint: {"spec": {"rules": [rule]}}})
    (problem,) = problems(wanted(), answers)
    assert "public_functions = []" in problem
    assert problems(wanted(has_public_functions=False), answers) == []


def test_ingress_must_allow_what_functions_have() -> None:
    values = {"allowedValues": ["ALLOW_INTERNAL_ONLY", "ALLOW_ALL"]}
    answers = said(
        policies={"cloudfunctions.allowedIngressSettings": {"spec": {"rules": [{"values": values}]}}}
    )
    (problem,) = problems(wanted(has_domain=True), answers)
    assert problem.endswith("ask for ALLOW_INTERNAL_AND_GCLB")
    assert problems(wanted(has_domain=False), answers) == []


def test_forbidden_service_accounts_stop_a_deploy() -> None:
    rule = {"enforce": True}
    answers = said(policies={"iam.disableServiceAccountCreation": {"spec": {"rules": [rule]}}})
    (problem,) = problems(wanted(), answers)
    assert "forbids service accounts" in problem


def test_what_gcloud_does_not_show_is_to_be_looked_at() -> None:
    refused = Refused("PERMISSION_DENIED")
    answers = said(
        billing=refused, roles=refused, quotas=refused, policies=dict.fromkeys(CONSTRAINTS, refused)
    )
    assert problems(wanted(), answers) == []
    told = looks(wanted(), answers)
    assert len(told) == 3 + len(CONSTRAINTS)
    assert all("PERMISSION_DENIED" in text for text in told)


def test_roles_that_come_from_elsewhere_are_to_be_looked_at() -> None:
    roles = {"bindings": [{"role": "roles/owner", "members": ["group:admins@example.com"]}]}
    assert any("a group or a folder may" in text for text in looks(wanted(), said(roles=roles)))


def test_everything_is_asked_of_the_project() -> None:
    asked: list[Sequence[str]] = []

    def run(arguments: Sequence[str]) -> Any:
        asked.append(arguments)
        return [{"account": "ana@example.com", "status": "ACTIVE"}] if arguments[0] == "auth" else {}

    answers = ask("my-project", run)
    assert answers.account == "ana@example.com"
    assert answers.policies.keys() == set(CONSTRAINTS)
    for arguments in asked[1:]:
        assert {"my-project", "--project=my-project"} & set(arguments), arguments


def test_a_good_project_is_told_so() -> None:
    large = quotas(CpuAllocPerProjectRegion=200_000, MemAllocPerProjectRegion=UNLIMITED)
    assert {one.weight for one in judge(wanted(), said(quotas=large))} == {"good"}
    assert Finding("good", "billing is enabled") in judge(wanted(), said())


def test_the_bootstrap_enables_the_first_apis() -> None:
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    before = page.partition("## Deploy")[0]
    assert [api for api in FIRST_APIS if api not in before] == []
