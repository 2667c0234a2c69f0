"""With a domain, everything public is behind the load balancer, and at no address besides."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from shared.entry.routes import webhooks
from shared.entry.web import mount
from tests.infra.configuration import (
    ENVIRONMENTS,
    EVERYTHING_SET,
    ROOT,
    blocks,
    evaluate,
    inputs_of,
    resources,
)
from tests.infra.test_callers import PUBLIC, SERVED, expression

WITH_DOMAIN = {**EVERYTHING_SET, "domain": "tillpulse.example.com"}


def ingress(folder: Path, inputs: dict[str, Any]) -> dict[str, str]:
    service = dict(blocks(resources()["google_cloudfunctions2_function.function"].body))["service_config"]
    setting = expression(service["ingress_settings"])
    found = evaluate(f"{{for key, value in local.functions : key => {setting}}}", folder, inputs)
    return {name: setting for name, setting in found.items() if name in SERVED}


def test_what_is_public_answers_through_the_load_balancer_alone(tmp_path: Path) -> None:
    assert evaluate("keys(local.balanced)", tmp_path, WITH_DOMAIN) == sorted(PUBLIC)
    found = ingress(tmp_path, WITH_DOMAIN)
    assert {name for name, setting in found.items() if setting == "ALLOW_INTERNAL_AND_GCLB"} == PUBLIC
    # Google lets only operators in there.
    assert {name for name, setting in found.items() if setting == "ALLOW_ALL"} == SERVED - PUBLIC


def test_without_a_domain_there_is_none(tmp_path: Path) -> None:
    assert evaluate("[local.balances, keys(local.balanced)]", tmp_path) == [0, []]
    assert set(ingress(tmp_path, dict(EVERYTHING_SET)).values()) == {"ALLOW_ALL"}
    for resource in resources().values():
        if resource.kind.startswith("google_compute_") and "count" in resource.body:
            assert resource.body["count"] == "${local.balances}"


def test_production_is_set_up_with_a_domain() -> None:
    (production,) = [folder for folder in ENVIRONMENTS if folder.name == "production"]
    assert inputs_of(production)["domain"]


def test_a_path_is_served_by_the_function_that_it_goes_to_and_not_by_the_dashboard(tmp_path: Path) -> None:
    for name, (path,) in evaluate("local.paths", tmp_path).items():
        assert [rule for rule in rules_of(name) if matches(path, rule)], name
        assert not [rule for rule in rules_of("dashboard") if matches(path, rule)], name
    assert "/graphql" in rules_of("graphql")


def test_a_body_is_refused_only_where_every_function_would_refuse_it(tmp_path: Path) -> None:
    assert evaluate("var.largest_body_bytes", tmp_path) >= webhooks.MOST_BYTES


def matches(path: str, rule: str) -> bool:
    return rule.startswith(path.removesuffix("*")) if path.endswith("*") else rule == path


def rules_of(function: str) -> set[str]:
    """Return the rules of all blueprints that the function's main.py names."""
    main = (ROOT / "functions" / function / "main.py").read_text()
    app = Flask(function, static_folder=None)
    names = set(re.findall(r"\b(\w+)\.routes\b", main)) - {"entry"}
    mount(app, *(import_module(f"shared.entry.routes.{name}").routes for name in sorted(names)))
    return {rule.rule for rule in app.url_map.iter_rules()}
