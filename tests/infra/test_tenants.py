"""Publishers who speak for one store alone have topics of their own, whose subscriptions say which store."""

from __future__ import annotations

from typing import Any

import pytest

from shared.messages.events import EVENTS
from tests.infra.configuration import evaluate, resources

OF_ACME = {f"{topic}.acme" for topic in EVENTS}
TENANTS = OF_ACME | {"order-created.b-2"}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    names = ("tenant_topics", "deliveries", "archived", "subscribed")
    expression = "{" + ", ".join(f"{name} = local.{name}" for name in names) + "}"
    return dict(evaluate(expression, tmp_path_factory.mktemp("terraform")))


def test_a_tenant_has_a_topic_for_each_event_or_for_those_that_are_named(values: dict[str, Any]) -> None:
    topics = values["tenant_topics"]
    assert topics.keys() == TENANTS
    assert {topics[name]["store_id"] for name in OF_ACME} == {"s 1/é"}
    made_for = resources()["google_pubsub_topic.topic"].body["for_each"]
    assert made_for == "${setunion(local.topics, keys(local.tenant_topics))}"


def test_what_a_tenant_publishes_is_delivered_to_the_function_of_its_event(values: dict[str, Any]) -> None:
    """One resource makes all push subscriptions, so retries and dead letters are those of everything else."""
    deliveries = values["deliveries"]
    assert deliveries.keys() == values["subscribed"].keys() | TENANTS
    for name, delivery in deliveries.items():
        assert delivery["function"] == (name.partition(".")[0] if name in TENANTS else name)
        assert (
            values["subscribed"][delivery["function"]]["trigger"]["topic"]
            == delivery["topic"].partition(".")[0]
        )


def test_the_store_is_in_the_address_whatever_its_id(values: dict[str, Any]) -> None:
    queries = {name: one["query"] for name, one in values["deliveries"].items() if one["query"]}
    assert queries == {**dict.fromkeys(OF_ACME, "?store=s+1%2F%C3%A9"), "order-created.b-2": "?store=s-2"}


def test_only_its_members_and_the_replays_publish_to_a_tenants_topic() -> None:
    grants = {
        found.name: (found.body["for_each"], found.body["topic"], found.body["member"])
        for found in resources().values()
        if found.kind == "google_pubsub_topic_iam_member" and "local.tenant_topics" in str(found.body)
    }
    of_members, topic, member = grants.pop("tenant_publishes")
    assert "for member in topic.members : {topic = name, member = member}" in of_members
    assert (topic, member) == ("${google_pubsub_topic.topic[each.value.topic].name}", "${each.value.member}")
    assert grants == {
        "dashboard_replays": (
            "${local.tenant_topics}",
            "${google_pubsub_topic.topic[each.key].name}",
            '${google_service_account.function["dashboard"].member}',
        ),
    }


def test_what_a_tenant_publishes_is_archived_as_everything_else(values: dict[str, Any]) -> None:
    shared = {topic for topic in EVENTS if topic in values["archived"]}
    assert shared == {"order-created", "order-status-changed", "customer-registered", "email-confirmed"}
    assert set(values["archived"]) == shared | {name for name in TENANTS if name.partition(".")[0] in shared}
