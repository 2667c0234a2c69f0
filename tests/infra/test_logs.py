"""Logs hold no addresses, whose ids nobody could erase, but what tells how requests were answered."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.topology import read_topology
from tests.infra.configuration import ROOT, evaluate, resources

TOPOLOGY = read_topology(ROOT / "infra" / "topology.json")


def test_requests_of_every_function_that_is_served_are_left_out_of_the_logs(tmp_path: Path) -> None:
    said = resources()["google_logging_project_exclusion.addresses"].body["filter"]
    written = evaluate(f'"{said}"', tmp_path)
    request_log, services = written.split(" AND resource.labels.service_name=")
    assert request_log == 'resource.type="cloud_run_revision" AND log_id("run.googleapis.com/requests")'
    called = {one.name for one in TOPOLOGY.functions if one.topic or one.schedule}
    assert set(re.findall(r'"([^"]+)"', services)) == {one.name for one in TOPOLOGY.functions} - called
    assert re.fullmatch(r'\("[^"]+"( OR "[^"]+")+\)', services)


def test_of_requests_through_the_load_balancer_only_those_that_were_refused_are_logged() -> None:
    said = str(resources()["google_logging_project_exclusion.balancer"].body["filter"]).replace("\\", "")
    assert 'resource.type="http_load_balancer"' in said
    assert said.endswith(' AND NOT jsonPayload.enforcedSecurityPolicy.outcome="DENY"')
