"""Publishers who speak for one store alone have topics of their own, whose subscriptions say which store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.messages.events import EVENTS
from tests.infra.configuration import block, evaluate, resources

PUSH = resources()["google_pubsub_subscription.tenant"].body
SHARED = resources()["google_pubsub_subscription.push"].body
LOCATION = "google_cloudfunctions2_function.function[each.value.topic].service_config[0].uri"


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dict(evaluate("local.tenant_topics", tmp_path_factory.mktemp("terraform")))


def test_a_tenant_has_a_topic_for_each_event_or_for_those_that_are_named(topics: dict[str, Any]) -> None:
    assert topics.keys() == {f"{topic}.acme" for topic in EVENTS} | {"order-created.b-2"}
    assert {topics[name]["store_id"] for name in topics if name.endswith(".acme")} == {"s 1/é"}


def test_the_store_is_in_the_address_whatever_its_id(tmp_path: Path) -> None:
    endpoint = block(PUSH, "push_config")["push_endpoint"]
    assert endpoint.startswith(f"${{{LOCATION}}}/projects/${{var.project_id}}/topics/${{each.key}}?store=")
    said = endpoint.partition("?store=")[2].replace("each.value", 'local.tenant_topics["order-created.acme"]')
    assert evaluate(f'"{said}"', tmp_path) == "s+1%2F%C3%A9"


def test_only_its_members_and_the_replays_publish_to_a_tenants_topic() -> None:
    grants = {
        found.name: (found.body["topic"], found.body["member"])
        for found in resources().values()
        if found.kind == "google_pubsub_topic_iam_member" and "topic.tenant" in str(found.body["topic"])
    }
    assert grants == {
        "tenant_publishes": (
            "${google_pubsub_topic.tenant[each.value.topic].name}",
            "${each.value.member}",
        ),
        "dashboard_replays": (
            "${google_pubsub_topic.tenant[each.key].name}",
            '${google_service_account.function["dashboard"].member}',
        ),
    }


@pytest.mark.parametrize("part", ["retry_policy", "expiration_policy", "dead_letter_policy"])
def test_what_a_tenant_publishes_is_retried_and_kept_as_everything_else(part: str) -> None:
    assert block(PUSH, part) == block(SHARED, part)


@pytest.mark.parametrize("part", ["ack_deadline_seconds", "message_retention_duration", "depends_on"])
def test_what_a_tenant_publishes_is_delivered_as_everything_else(part: str) -> None:
    assert set(PUSH[part]) >= set(SHARED[part])


def test_what_a_tenant_publishes_is_archived_as_everything_else() -> None:
    archive, shared = (
        resources()[f"google_pubsub_subscription.{name}"].body for name in ("tenant_archive", "archive")
    )
    for part in ("bigquery_config", "retry_policy", "expiration_policy"):
        assert block(archive, part) == block(shared, part)
    assert archive["name"] == "archive-${each.key}"


def test_pubsub_may_forward_what_a_tenants_subscription_gives_up() -> None:
    grant = resources()["google_pubsub_subscription_iam_member.tenant_acknowledges_dead_letters"].body
    shared = resources()["google_pubsub_subscription_iam_member.acknowledges_dead_letters"].body
    assert (grant["role"], grant["member"]) == (shared["role"], shared["member"])
    assert grant["for_each"] == PUSH["for_each"]
