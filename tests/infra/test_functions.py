"""Each function is deployed as the topology says, with an account, a caller and dead letters of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emulator.topology import read_topology
from shared.adapters.valkey import FIRST_SEARCH_S
from tests.infra.configuration import ROOT, attributes, block, blocks, evaluate, resources

TOPOLOGY = read_topology(ROOT / "infra" / "topology.json")
FUNCTIONS = {function.name: function for function in TOPOLOGY.functions}
LOCAL_ONLY = {"LOCAL_STACK", "VALKEY_URL"}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the module's locals that resources are made for, as Terraform computes them."""
    names = (
        "functions", "subscribed", "scheduled", "served", "called", "on_network", "topics", "publishes",
        "environment", "secrets", "secret_reads",
    )  # fmt: skip
    expression = "{" + ", ".join(f"{name} = local.{name}" for name in names) + "}"
    return dict(evaluate(expression, tmp_path_factory.mktemp("terraform")))


def test_every_function_is_deployed(values: dict[str, Any]) -> None:
    assert values["functions"].keys() == FUNCTIONS.keys()
    assert values["subscribed"].keys() == {name for name, function in FUNCTIONS.items() if function.topic}
    assert values["scheduled"].keys() == {name for name, function in FUNCTIONS.items() if function.schedule}
    assert values["called"].keys() == values["subscribed"].keys() | values["scheduled"].keys()
    assert values["served"].keys() == FUNCTIONS.keys() - values["called"].keys()
    function = resources()["google_cloudfunctions2_function.function"].body
    assert function["for_each"] == "${local.functions}"


def test_a_function_runs_as_its_own_account() -> None:
    account = resources()["google_service_account.function"].body
    assert (account["for_each"], account["account_id"]) == ("${local.functions}", "fn-${each.key}")
    service = block(resources()["google_cloudfunctions2_function.function"].body, "service_config")
    assert service["service_account_email"] == "${google_service_account.function[each.key].email}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_names_of_accounts_are_short_enough(name: str) -> None:
    assert 6 <= len(f"call-{name}") <= 30


def test_a_function_may_publish_to_its_topics_alone(values: dict[str, Any]) -> None:
    allowed = {(pair["function"], pair["topic"]) for pair in values["publishes"].values()}
    assert allowed == {(name, topic) for name, found in FUNCTIONS.items() for topic in found.publishes}
    assert set(values["topics"]) == set(replace(TOPOLOGY, samples=()).topics())
    grants = [found for found in resources().values() if "pubsub.publisher" in str(found.body)]
    assert {grant.kind for grant in grants} == {"google_pubsub_topic_iam_member"}


def test_a_function_may_read_its_secrets_alone(values: dict[str, Any]) -> None:
    assert set(values["secrets"]) == {name for found in FUNCTIONS.values() for name in found.secrets}
    assert values["secret_reads"] == {
        f"{function}/LOOKUP_SALT": {"function": function, "secret": "LOOKUP_SALT"}
        for function in ("basket-started", "dashboard")
    }
    assert not [found for found in resources() if found.startswith("google_secret_manager_secret_version")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_variable_of_a_function_has_a_value(name: str, values: dict[str, Any]) -> None:
    assert set(FUNCTIONS[name].environment) - LOCAL_ONLY <= values["environment"].keys()


def test_no_value_is_for_nobody(values: dict[str, Any]) -> None:
    listed = {variable for function in FUNCTIONS.values() for variable in function.environment}
    assert values["environment"].keys() == listed - LOCAL_ONLY


def test_functions_with_a_cache_reach_it(values: dict[str, Any]) -> None:
    wanted = {name for name, found in FUNCTIONS.items() if "MEMORYSTORE_INSTANCE" in found.environment}
    assert values["on_network"].keys() == wanted
    for grant in ("connects_to_cache", "finds_cache"):
        assert resources()[f"google_project_iam_member.{grant}"].body["for_each"] == "${local.on_network}"


def test_every_subscription_pushes_retries_and_has_a_dead_letter_topic() -> None:
    push = resources()["google_pubsub_subscription.push"].body
    assert push["for_each"] == "${local.deliveries}"
    assert block(push, "retry_policy").keys() >= {"minimum_backoff", "maximum_backoff"}
    assert block(push, "expiration_policy")["ttl"] == ""
    assert "dead_letter_topic" in block(push, "dead_letter_policy")
    (dynamic,) = [found for found in push["dynamic"] if "dead_letter_policy" in found]
    condition = dynamic["dead_letter_policy"]["for_each"]
    assert condition == "${each.value.topic == local.delivery.deadLetterTopic ? [] : [1]}"
    token = block(block(push, "push_config"), "oidc_token")
    assert token["service_account_email"] == "${google_service_account.caller[each.value.function].email}"


def test_a_message_that_waits_for_a_first_connection_to_the_cache_is_acknowledged_in_time() -> None:
    for function in FUNCTIONS.values():
        if function.topic and "MEMORYSTORE_INSTANCE" in function.environment:
            assert min(TOPOLOGY.delivery.ack_deadline_s, function.timeout_s) >= FIRST_SEARCH_S + 15


def test_pubsub_may_forward_dead_letters() -> None:
    topic = resources()["google_pubsub_topic_iam_member.forwards_dead_letters"].body
    assert topic["member"] == "${local.pubsub_agent}"
    source = resources()["google_pubsub_subscription_iam_member.acknowledges_dead_letters"].body
    assert (source["role"], source["member"]) == ("roles/pubsub.subscriber", "${local.pubsub_agent}")


def test_only_its_own_caller_may_call_a_function_that_is_not_public() -> None:
    calls = resources()["google_cloud_run_service_iam_member.calls"].body
    assert calls["for_each"] == "${local.called}"
    assert calls["service"] == "${google_cloudfunctions2_function.function[each.key].name}"
    assert calls["member"] == "${google_service_account.caller[each.key].member}"
    everybody = [found.address for found in resources().values() if "allUsers" in str(found.body)]
    assert everybody == ["google_cloud_run_service_iam_member.public"]
    at_project = [found.body["role"] for found in resources().values() if "invoker" in str(found.body)]
    assert set(at_project) == {"roles/run.invoker"}


def test_nobody_has_a_basic_role_or_a_key() -> None:
    for found in resources().values():
        assert found.kind != "google_service_account_key"
        assert found.body.get("role") not in {"roles/owner", "roles/editor", "roles/viewer"}


def test_the_ledger_is_backed_up() -> None:
    database = attributes(resources()["google_firestore_database.ledger"].body)
    assert database["point_in_time_recovery_enablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
    assert {
        "google_firestore_backup_schedule.daily",
        "google_firestore_backup_schedule.weekly",
    } <= resources().keys()


def test_the_cache_asks_who_is_there_and_encrypts() -> None:
    cache = attributes(resources()["google_memorystore_instance.cache"].body)
    assert cache["authorization_mode"] == "IAM_AUTH"
    assert cache["transit_encryption_mode"] == "SERVER_AUTHENTICATION"
    assert cache["mode"] == "CLUSTER_DISABLED"


def test_scheduled_functions_are_called_as_their_callers() -> None:
    job = resources()["google_cloud_scheduler_job.job"].body
    assert job["for_each"] == "${local.scheduled}"
    assert block(block(job, "http_target"), "oidc_token")["service_account_email"].startswith(
        "${google_service_account.caller[each.key]"
    )
    longest = max(found.timeout_s for found in FUNCTIONS.values() if found.schedule)
    assert longest <= 1800, "Cloud Scheduler waits for half an hour at most"


def test_indexes_and_fields_are_those_of_the_one_file() -> None:
    index = resources()["google_firestore_index.index"].body
    assert "local.indexes.indexes" in index["for_each"]
    assert [name for name, _ in blocks(index)] == ["fields"]
    field = resources()["google_firestore_field.field"].body
    assert "local.indexes.fieldOverrides" in field["for_each"]
    assert [name for name, _ in blocks(field)] == ["index_config", "ttl_config"]
