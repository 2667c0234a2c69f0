"""The pipeline does what a laptop does: it calls make targets and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.configuration import ROOT, resources

PIPELINE = (ROOT / "cloudbuild.yaml").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
READ_ONLY = {
    "iam.securityReviewer", "logging.logWriter", "serviceusage.serviceUsageConsumer", "storage.objectViewer",
    "viewer",
}  # fmt: skip
"""Roles that change nothing but the build's own log."""

MAKES = {
    "google_artifact_registry_": "artifactregistry.admin", "google_bigquery_": "bigquery.admin",
    "google_cloud_run_": "run.admin", "google_cloud_scheduler_": "cloudscheduler.admin",
    "google_cloudfunctions2_": "cloudfunctions.admin", "google_compute_": "compute.networkAdmin",
    "google_compute_backend_service": "compute.loadBalancerAdmin",
    "google_compute_managed_ssl_certificate": "compute.loadBalancerAdmin",
    "google_compute_security_policy": "compute.securityAdmin", "google_firebaserules_": "firebaserules.admin",
    "google_firestore_": "datastore.owner", "google_iap_": "iap.admin",
    "google_logging_": "logging.configWriter",
    "google_memorystore_": "memorystore.admin", "google_monitoring_": "monitoring.admin",
    "google_network_connectivity_": "networkconnectivity.consumerNetworkAdmin",
    "google_project_iam_": "resourcemanager.projectIamAdmin",
    "google_project_service": "serviceusage.serviceUsageAdmin", "google_pubsub_": "pubsub.admin",
    "google_secret_manager_": "secretmanager.admin", "google_service_account": "iam.serviceAccountAdmin",
    "google_storage_": "storage.admin",
}  # fmt: skip
"""{how the name of a resource's kind begins: the role that makes it}."""

ELSEWHERE = ("google_billing_", "time_")
"""On the billing account, as the page says, and in no project at all."""

PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def test_every_step_but_the_first_is_a_make_target() -> None:
    first, *steps = re.split(r"^  - id: ", PIPELINE, flags=re.MULTILINE)[1:]
    assert first.startswith("builder")
    for step in steps:
        assert "entrypoint: make" in step
        (called,) = re.findall(r"args:\s+(?:\[|- )([$\w]+)", step)
        assert called in TARGETS | {"$_ACTION"}


def test_what_is_deployed_was_tested_first() -> None:
    order = re.findall(r"^  - id: (\w+)", PIPELINE, flags=re.MULTILINE)
    assert order == ["builder", "lint", "types", "test", "advisories", "stage", "terraform"]
    assert "_ACTION: propose" in PIPELINE
    assert "env: [CI=true]" in PIPELINE.partition("- id: test")[2].partition("- id:")[0], "or it skips"
    assert {"propose", "apply"} <= TARGETS


def test_what_is_applied_is_what_was_kept_for_the_commit() -> None:
    assert "- COMMIT=$COMMIT_SHA" in PIPELINE
    recipes = dict(re.findall(r"^([a-z]+):.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE))
    assert "terraform plan" not in recipes["apply"].replace("$(TERRAFORM)", "terraform")
    assert recipes["propose"].count("'$(PLANS)' '$(KEPT)' '$(PLAN)'") == 1
    fetched, applied, _ = recipes["apply"].strip().splitlines()
    assert "infra.plans fetch '$(PLANS)' '$(KEPT)' '$(PLAN)'" in fetched
    assert applied.endswith("apply -input=false '$(PLAN)'")
    assert "KEPT = $(ENVIRONMENT)/$(COMMIT).tfplan" in MAKEFILE


def test_a_plan_is_made_by_an_account_that_changes_nothing_and_applied_after_approval() -> None:
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    (roles,) = re.findall(r"for ROLE in ([a-zA-Z. ]+); do\n.*serviceAccount:\$PLANNER", page)
    assert set(roles.split()) <= READ_ONLY
    triggers = re.findall(r"gcloud builds triggers create github (?:.*\\\n)+.*", page)
    planning, deploying = triggers
    assert "_ACTION=propose" in planning
    assert "serviceAccounts/$PLANNER" in planning
    assert "_ACTION=apply" in deploying
    assert "serviceAccounts/$DEPLOYER" in deploying
    assert "--require-approval" in deploying
    for trigger in triggers:
        assert "--branch-pattern='^main$'" in trigger


def test_the_deployer_may_make_every_kind_of_resource_and_little_else() -> None:
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    (listed,) = re.findall(r"for ROLE in ([^;]+); do\n.*serviceAccount:\$DEPLOYER", page)
    roles = set(listed.replace("\\\n", " ").split())
    kinds = {found.kind for found in resources().values() if not found.kind.startswith(ELSEWHERE)}
    needed = {role for kind in kinds for start, role in MAKES.items() if kind.startswith(start)}
    assert [kind for kind in kinds if not kind.startswith(tuple(MAKES))] == []
    # Functions run as accounts that the deployer names, and its build writes a log.
    assert roles == needed | {"iam.serviceAccountUser", "logging.logWriter"}


def test_github_may_deploy_from_the_environment_alone() -> None:
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    provider = r"--workload-identity-pool=(\S+) .*\n(?:.*\\\n)+.*--attribute-condition=\"(.*)\""
    conditions = {pool: set(said.split(" && ")) for pool, said in re.findall(provider, page)}
    from_main = {"assertion.repository == 'my-org/tillpulse'", "assertion.ref == 'refs/heads/main'"}
    assert conditions == {
        "github-plan": from_main,
        "github-deploy": from_main | {"assertion.environment == '$ENVIRONMENT'"},
    }
    binding = r"service-accounts add-iam-policy-binding \$(\w+) .*\n *--member=\$POOL/([\w-]+)/"
    assert dict(re.findall(binding, page)) == {"PLANNER": "github-plan", "DEPLOYER": "github-deploy"}
    (recipe,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    jobs = dict(re.findall(r"^  (\w+):\n((?:    .*\n)+)", recipe.partition("jobs:\n")[2], re.MULTILINE))
    assert list(jobs) == ["test", "propose", "apply"]
    assert 'env: {CI: "true"}' in jobs["test"], "or it skips"
    assert "- run: make test\n" in jobs["test"]
    assert "needs: test\n" in jobs["propose"]
    assert "needs: propose\n" in jobs["apply"]
    assert [name for name, job in jobs.items() if "environment:" in job] == ["apply"]
    for name in ("propose", "apply"):
        assert re.search(rf"- run: make {name} .*COMMIT=\$\{{\{{ github.sha \}}\}}", jobs[name])
    # A job that may ask for tokens may become the planner.
    assert [name for name, job in jobs.items() if "id-token: write" in job] == ["propose", "apply"]
    assert "permissions: {contents: read}\n" in recipe.partition("jobs:\n")[0]


def test_githubs_actions_are_pinned_by_commit_and_run_the_same_terraform() -> None:
    (recipe,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "infra" / "DEPLOY.md").read_text(), re.DOTALL)
    used = re.findall(r"- uses: (.*)", recipe)
    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []
    assert len(set(used)) == len({action.partition("@")[0] for action in used}), "one commit of each"
    (terraform,) = re.findall(r"_TERRAFORM_IMAGE: hashicorp/terraform:([\d.]+)", PIPELINE)
    versions = re.findall(r"terraform_version: ([\d.]+)", recipe)
    assert versions == [terraform] * recipe.count("setup-terraform@")


def test_the_builder_has_the_runtimes_python() -> None:
    runtime = json.loads((ROOT / "infra" / "topology.json").read_text())["runtime"]
    version = runtime.replace("python3", "python:3.")
    assert f"_PYTHON_IMAGE: {version}-" in PIPELINE


DIGEST = "@sha256:" + "0a" * 32
IMAGES = re.findall(r"^  (_[A-Z]+_IMAGE): (\S+)$", PIPELINE, re.MULTILINE)


def test_every_image_of_the_build_is_one_that_a_trigger_pins() -> None:
    dockerfile = (ROOT / "infra" / "builder" / "Dockerfile").read_text()
    assert {name for name, _ in IMAGES} == set(re.findall(r"\$(_[A-Z]+_IMAGE)", PIPELINE))
    assert set(re.findall(r"^    name: (\S+)$", PIPELINE, re.MULTILINE)) == {
        "$_DOCKER_IMAGE",
        "tillpulse-builder",
    }
    froms = re.findall(r"^FROM \$\{(\w+)\}", dockerfile, re.MULTILINE)
    assert {f"_{name}" for name in froms} | {"_DOCKER_IMAGE"} == {name for name, _ in IMAGES}
    assert dockerfile.count("FROM ") == len(froms)
    page = (ROOT / "infra" / "DEPLOY.md").read_text()
    assert all(f"{name}=" in page and tag in page for name, tag in IMAGES)


@pytest.mark.parametrize("unpinned", range(len(IMAGES)))
def test_a_build_with_a_bare_tag_is_refused(unpinned: int, tmp_path: Path) -> None:
    images = [tag if n == unpinned else tag + DIGEST for n, (_, tag) in enumerate(IMAGES)]
    done = build(images, tmp_path)
    assert done.returncode == 1
    assert f"pinned by digest, such as {images[unpinned]}@sha256:" in done.stderr


def test_a_build_with_pinned_images_goes_on_to_docker(tmp_path: Path) -> None:
    done = build([tag + DIGEST for _, tag in IMAGES], tmp_path)
    assert done.returncode == 127, "there is no docker on this path"
    assert "docker" in done.stderr


def build(images: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the first step where `grep` is all that there is."""
    (folder / "grep").symlink_to(shutil.which("grep") or "")
    command = ["/bin/sh", str(ROOT / "infra" / "builder" / "build.sh"), *images]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={"PATH": str(folder)}, check=False
    )
