"""A first apply meets everything in order: APIs, grants and metrics are there before what needs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.infra.configuration import ENVIRONMENTS, Resource, read, resources
from tests.infra.graph import comes_after, references, written

APIS = "google_project_service.required"
SETTLED = "time_sleep.grants"
MEASURED = "time_sleep.metrics"
ACCOUNT = re.compile(r"google_service_account\.\w+")
AGENT = "local.pubsub_agent"

RESOURCES = resources()
GRANTS = {address: found for address, found in RESOURCES.items() if "_iam_" in found.kind}
USERS = {
    address: found
    for address, found in RESOURCES.items()
    if address not in GRANTS and found.kind not in {"google_service_account", "time_sleep"}
}
ACCOUNTS = [address for address, found in RESOURCES.items() if found.kind == "google_service_account"]
SUBSCRIPTIONS = [found for found in RESOURCES.values() if found.kind == "google_pubsub_subscription"]
ARCHIVES = [found.address for found in SUBSCRIPTIONS if "bigquery_config" in found.body]
PUSHED = [found.address for found in SUBSCRIPTIONS if "push_config" in found.body]
TO_ARCHIVE = frozenset({"google_bigquery_dataset_iam_member.archives"})
TO_PUSH = frozenset(
    {
        "google_pubsub_topic_iam_member.forwards_dead_letters",
        "google_service_account_iam_member.pubsub_signs",
    }
)
PUBSUB_ACTS_FOR = {
    **dict.fromkeys(ARCHIVES, TO_ARCHIVE),
    **dict.fromkeys(PUSHED, TO_PUSH),
}
"""What Pub/Sub's own account needs first; a grant on a subscription itself can only follow it."""

REFUSED_UNTIL_SETTLED = {
    "google_cloudfunctions2_function.function": frozenset(
        {
            "google_project_iam_member.build",
            "google_project_iam_member.build_reads_sources",
            "google_secret_manager_secret_iam_member.reads",
        }
    ),
    **dict.fromkeys(ARCHIVES, TO_ARCHIVE),
}
"""Google checks these grants while it makes the resource, and takes minutes to know a new one."""


def granted_to(account: str) -> set[str]:
    return {
        address
        for address, grant in GRANTS.items()
        if ACCOUNT.findall(str(grant.body["member"])) == [account]
    }


def uses(account: str) -> set[str]:
    return {address for address in USERS if account in references(address)}


@pytest.mark.parametrize("folder", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_an_environment_is_the_module_and_nothing_else(folder: Path) -> None:
    """So the module's order is the order of every environment."""
    found = read(folder)
    assert found.keys() == {"module", "output", "provider", "terraform", "variable"}
    assert [list(call) for call in found["module"]] == [["tillpulse"]]


@pytest.mark.parametrize("address", sorted(RESOURCES.keys() - {APIS}))
def test_every_resource_waits_for_the_apis(address: str) -> None:
    assert APIS in comes_after(address)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_may_do_its_work_before_anything_runs_as_it(account: str) -> None:
    assert uses(account), f"nothing runs as {account}"
    assert granted_to(account), f"{account} may do nothing"
    late = [
        (user, grant)
        for user in uses(account)
        for grant in granted_to(account)
        if grant not in comes_after(user)
    ]
    assert late == []


def test_pubsub_may_do_its_work_before_a_subscription_exists() -> None:
    assert {*ARCHIVES, *PUSHED} == {found.address for found in SUBSCRIPTIONS}
    on_subscriptions = {
        address for address, grant in GRANTS.items() if grant.kind == "google_pubsub_subscription_iam_member"
    }
    to_pubsub = {address for address, grant in GRANTS.items() if AGENT in str(grant.body["member"])}
    assert set().union(*PUBSUB_ACTS_FOR.values()) == to_pubsub - on_subscriptions
    for subscription, grants in PUBSUB_ACTS_FOR.items():
        assert grants <= comes_after(subscription), subscription


@pytest.mark.parametrize("address", REFUSED_UNTIL_SETTLED)
def test_what_is_refused_without_a_grant_waits_until_the_grant_is_known(address: str) -> None:
    assert SETTLED in references(address)
    assert REFUSED_UNTIL_SETTLED[address] <= references(SETTLED)


def test_a_new_grant_is_waited_for_again() -> None:
    """A wait is made once, unless something in its triggers changes."""
    body = RESOURCES[SETTLED].body
    triggers = json.dumps(body["triggers"])
    for grants in REFUSED_UNTIL_SETTLED.values():
        assert all(grant in triggers for grant in grants)


def on_log_metrics() -> list[Resource]:
    # The dashboard may name a metric that is not there yet; an alert or an SLO is refused.
    kinds = ("google_monitoring_alert_policy", "google_monitoring_slo")
    return [
        found
        for found in RESOURCES.values()
        if found.kind in kinds and "logging.googleapis.com/user/" in written(found)
    ]


def test_alerts_come_after_their_metrics() -> None:
    metrics = {address for address in RESOURCES if address.startswith("google_logging_metric.")}
    assert on_log_metrics()
    for watcher in on_log_metrics():
        assert MEASURED in comes_after(watcher.address), watcher.address
    assert metrics <= references(MEASURED)
    assert all(metric in json.dumps(RESOURCES[MEASURED].body["triggers"]) for metric in metrics)
