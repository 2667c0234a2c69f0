"""What is missing for a deploy is named before Terraform fails, with what to do about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import preflight
from infra.preflight import find_missing
from tests.infra.configuration import ENVIRONMENTS


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of a machine without programs, settings and credentials."""
    monkeypatch.setattr(preflight, "REPOSITORY", tmp_path)
    monkeypatch.setattr(preflight, "ENVIRONMENTS", tmp_path / "environments")
    (tmp_path / "environments" / "staging").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    return tmp_path


def install(machine: Path, program: str) -> None:
    (machine / "bin" / program).touch(mode=0o755)


def sign_in(machine: Path) -> None:
    credentials = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    (machine / "key.json").write_text(json.dumps(credentials))


def test_a_plan_names_all_that_is_missing_and_how_to_get_it(machine: Path) -> None:  # noqa: ARG001
    terraform, bucket, settings, lock, credentials = find_missing("plan", "staging", "")
    assert "terraform is not on the PATH: install Terraform" in terraform
    assert "STATE_BUCKET=" in bucket
    assert "cp environments/staging/terraform.tfvars.example" in settings
    assert "terraform -chdir=environments/staging init -backend=false" in lock
    assert "install gcloud" in credentials


def test_who_has_gcloud_is_told_to_sign_in(machine: Path) -> None:
    install(machine, "gcloud")
    *_, credentials = find_missing("plan", "staging", "")
    assert credentials.endswith("credentials: gcloud auth application-default login")


def test_with_everything_there_nothing_is_missing(machine: Path) -> None:
    install(machine, "terraform")
    sign_in(machine)
    folder = machine / "environments" / "staging"
    (folder / "terraform.tfvars").touch()
    (folder / ".terraform.lock.hcl").touch()
    assert list(find_missing("plan", "staging", "bucket")) == []
    (folder / ".terraform").mkdir()
    assert list(find_missing("smoke", "staging", "")) == []


def test_what_is_protected_is_not_destroyed(machine: Path) -> None:
    install(machine, "terraform")
    sign_in(machine)
    main = machine / "environments" / "staging" / "main.tf"
    main.write_text('module "tillpulse" {\n}\n')
    (protected,) = find_missing("destroy", "staging", "bucket")
    assert "staging is protected" in protected
    main.write_text('module "tillpulse" {\n  protect = false\n}\n')
    assert list(find_missing("destroy", "staging", "bucket")) == []


def test_a_smoke_test_comes_after_a_deploy(machine: Path) -> None:
    install(machine, "terraform")
    sign_in(machine)
    (missing,) = find_missing("smoke", "staging", "")
    assert "run make deploy ENVIRONMENT=staging STATE_BUCKET=… first" in missing


def test_an_unknown_environment_is_answered_with_the_known_ones() -> None:
    (missing,) = find_missing("plan", "stagin", "bucket")
    for folder in ENVIRONMENTS:
        assert folder.name in missing
