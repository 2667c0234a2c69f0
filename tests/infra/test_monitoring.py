"""What is watched exists: log fields and messages are the code's, alerts are in the runbook."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from emulator.topology import read_topology
from infra.smoke import QUESTIONS
from shared.domain.basket import LookupStatus
from tests.infra.configuration import MODULE, ROOT, attributes, block, evaluate, read, resources

CONFIGURATION = "".join(path.read_text() for path in MODULE.glob("*.tf") if path.name != "logs.tf")
"""Without what leaves out Google's own lines, whose fields are not ours."""

TOPOLOGY = read_topology(ROOT / "infra" / "topology.json")
WRITTEN = {
    node.value
    for folder in ("functions", "shared")
    for path in (ROOT / folder).rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
POLICIES = {
    resource.name: resource.body
    for resource in resources().values()
    if resource.kind == "google_monitoring_alert_policy"
}
ALERTS: dict[str, Any] = {
    alert: body
    for block in read(MODULE)["locals"]
    for table in ("measured_alerts", "logged_alerts")
    for alert, body in block.get(table, {}).items()
}


def test_fields_and_messages_that_are_measured_are_logged() -> None:
    fields = set(re.findall(r"jsonPayload\.(\w+)", CONFIGURATION)) - {"message"}
    fields |= set(re.findall(r'\{ field = "(\w+)"', CONFIGURATION))
    assert fields >= {
        "cacheMs", "cacheOutcome", "calculationMs", "durationMs", "error", "function", "messageAgeMs",
        "missingOrders", "outcome",
    }  # fmt: skip
    assert fields <= WRITTEN
    messages = set(re.findall(r'jsonPayload\.message=\\"([^\\]+)\\"', CONFIGURATION))
    assert messages == {"audit", "event handled", "tallies reconciled", "unpaid orders expired"}
    assert messages <= WRITTEN


def test_outcomes_that_are_watched_exist() -> None:
    outcomes = set(re.findall(r'outcome ?= ?\\"(\w+)\\"', CONFIGURATION)) - {""}
    assert outcomes == {"kept"}
    assert outcomes <= WRITTEN


@pytest.mark.parametrize(
    ("alert", "watched"),
    [
        ("failing_events", 'metric.labels.outcome = one_of(\\"retry\\", \\"dead_letter\\")'),
        ("cards", 'metric.labels.cache = \\"failed\\"'),
        ("slow_cards", 'google_logging_metric.measured[\\"tillpulse/${metric}\\"]'),
        ("lookups", 'metric.labels.lookup = \\"FAILED\\"'),
    ],
)
def test_what_the_users_own_systems_tracked_has_an_alert(alert: str, watched: str) -> None:
    assert watched.replace("\\", "") in str(ALERTS[alert]).replace("\\", "")
    assert {"failed", "retry", "dead_letter", "stored", "newer_kept"} <= WRITTEN


def test_lookups_that_failed_are_compared_with_all_that_ended() -> None:
    (condition,) = ALERTS["lookups"]["conditions"]
    ended = re.findall(r'\\"([A-Z_]+)\\"', condition["of"])
    assert set(ended) == set(LookupStatus) - {LookupStatus.PENDING, LookupStatus.GUEST}


def test_a_chart_is_a_query_or_a_share(tmp_path: Path) -> None:
    """Terraform joins no two forms in one conditional, so the expression is evaluated."""
    text = (MODULE / "dashboard.tf").read_text()
    text = text.replace('resource "google_monitoring_dashboard" "overview" {', "locals {")
    text = re.sub(r"^  (depends_on|project) += .*$", "", text, flags=re.MULTILINE)
    (tmp_path / "dashboard.tf").write_text(text)
    widgets = "jsondecode(local.dashboard_json).mosaicLayout.tiles[*].widget"
    queries = evaluate(
        f"[for one in {widgets} : {{(one.title) = keys(one.xyChart.dataSets[0].timeSeriesQuery)}}]", tmp_path
    )
    kinds = {title: kind for query in queries for title, kind in query.items()}
    shares = {title for title, kind in kinds.items() if kind == ["timeSeriesFilterRatio"]}
    assert shares == {"Events handled well, share"}
    assert {tuple(kind) for kind in kinds.values()} == {("timeSeriesFilterRatio",), ("timeSeriesFilter",)}


def test_metrics_and_labels_that_are_shown_are_measured() -> None:
    (measured,) = [block["measured"] for block in read(MODULE)["locals"] if "measured" in block]
    alone = [
        resources()[f"google_logging_metric.{name}"].body["name"] for name in ("events", "missing_orders")
    ]
    names = {*alone, *measured}
    names |= resources()["google_logging_metric.recounts"].body["for_each"].keys() - {"(block)"}
    shown = set(re.findall(r"logging\.googleapis\.com/user/(tillpulse/\w+)", CONFIGURATION))
    assert shown == names
    own_labels = set(attributes(resources()["google_logging_metric.events"].body)["label_extractors"])
    googles = {"check_id", "response_code_class"}
    assert set(re.findall(r"metric\.labels?\.(\w+)", CONFIGURATION)) == own_labels | googles
    functions = re.findall(r'metric\.label\.function=\\"(\w+)\\"', CONFIGURATION)
    assert functions == ["basket_started"]
    assert {function.entry_point for function in TOPOLOGY.functions} >= set(functions)


@pytest.mark.parametrize(
    ("alert", "watched"),
    [("backlog", "deliveries"), ("errors", "functions"), ("scheduler", "scheduled")],
)
def test_an_alert_watches_all_that_there_are(alert: str, watched: str) -> None:
    written = str(ALERTS[alert]) + str([block.get("serving") for block in read(MODULE)["locals"]])
    assert f"keys(local.{watched})" in written


def test_archives_are_watched_as_functions_are() -> None:
    (condition,) = ALERTS["backlog"]["conditions"]
    assert '[for topic in local.archived : "archive-${topic}"]' in str(condition)


def test_every_objective_is_defined_and_missed_ones_are_told() -> None:
    (objectives,) = [block["objectives"] for block in read(MODULE)["locals"] if "objectives" in block]
    kinds = {name: found for name, found in resources().items() if found.kind == "google_monitoring_slo"}
    assert {found.name for found in kinds.values()} == {"availability", "exactness", "freshness"}
    for found in kinds.values():
        assert found.body["goal"] == f"${{local.objectives.{found.name}.goal}}"
        assert 0 < objectives[found.name]["goal"] < 1
    burning = str(POLICIES["burns"]["conditions"])
    for name in ("availability", "freshness"):
        assert f"google_monitoring_slo.{name}.name" in burning
    # Drift is told at once, by an alert of its own.
    assert "tallies reconciled" in ALERTS["drift"]["filter"]


def test_what_is_checked_from_outside_is_what_the_smoke_test_asks() -> None:
    (probes,) = [block["probes"] for block in read(MODULE)["locals"] if "probes" in block]
    asked = {name: (probe["method"], probe["path"], probe["status"]) for name, probe in probes.items()}
    assert asked.keys() == QUESTIONS.keys()
    for name, question in asked.items():
        assert question in [(one.method, one.path, one.status) for one in QUESTIONS[name]]


def test_every_label_of_a_metric_is_extracted() -> None:
    for name in ("events", "measured"):
        body = resources()[f"google_logging_metric.{name}"].body
        labels = {label["key"] for label in block(body, "metric_descriptor")["labels"]}
        assert labels == set(attributes(body)["label_extractors"])


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_alert_reaches_somebody_and_names_the_runbook(policy: dict[str, Any]) -> None:
    assert policy["notification_channels"] == "${local.channels}"
    assert "${local.runbook}" in block(policy, "documentation")["content"]


def test_every_alert_is_in_the_runbook_and_nothing_else_is() -> None:
    page = (ROOT / "infra" / "RUNBOOK.md").read_text().partition("## Alerts\n")[2]
    listed = set(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)) - {"alert", "---", "budget"}
    named = {re.escape(body["name"]) for body in ALERTS.values()}
    of_tables = "Tillpulse: ${each.value.name}"
    alone = {policy["display_name"] for policy in POLICIES.values()} - {of_tables}
    named |= {re.sub(r"\$\{each[\w.]+\}", "[a-z /]+", one.removeprefix("Tillpulse: ")) for one in alone}
    assert [one for one in listed if not any(re.fullmatch(name, one) for name in named)] == []
    assert [name for name in named if not any(re.fullmatch(name, one) for one in listed)] == []


def test_an_alert_is_told_with_a_share_where_it_has_one(tmp_path: Path) -> None:
    """The table's rows differ in their fields, so Terraform itself says what it makes of them."""
    text = "".join((MODULE / name).read_text() for name in ("alerts.tf", "log_alerts.tf"))
    text = re.sub(r"^resource .*?^}\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\bgoogle_[\w.]+(\[[^]]+\])?\.\w+", '"x"', text).replace(
        'channel in "x" : channel.id', 'channel in ["x"] : channel'
    )
    (tmp_path / "alerts.tf").write_text(text)
    shares = "[for one in alert.conditions : can(one.of)]"
    found = evaluate(f"{{for name, alert in local.measured_alerts : name => {shares}}}", tmp_path)
    assert {name for name, has in found.items() if any(has)} == {"errors", "failing_events", "lookups"}
    assert found["slow_cards"] == [False, False]
    assert evaluate("keys(local.logged_alerts)", tmp_path) == ["drift", "missing_orders", "scheduler"]
