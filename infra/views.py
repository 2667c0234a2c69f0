"""The views of the HTTP functions, as functions-framework serves them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args, get_type_hints

import functions_framework
from flask import Flask
from pydantic.alias_generators import to_camel
from werkzeug.routing import Rule

from emulator.topology import FunctionSpec, read_topology
from shared.entry import responses
from shared.entry.views import Endpoint, View, endpoint_of

ROOT = Path(__file__).resolve().parent.parent
MAIN = "dashboard"
"""The function that serves the OpenAPI document; the others have addresses of their own."""


class Operation(NamedTuple):
    """A view, with the first function and path that serve it.

    `answer` is the model of its answer, `NoneType` for one without a body, None for pages and assets.
    """

    function: str
    rule: Rule
    view: View
    endpoint: Endpoint
    answer: Any

    @property
    def method(self) -> str:
        (method,) = (self.rule.methods or set()) - {"HEAD"}
        return str(method)

    @property
    def path(self) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: f"{{{to_camel(part[1])}}}", str(self.rule.rule))

    @property
    def tag(self) -> str:
        return str(self.rule.endpoint).partition(".")[0].replace("_", " ").capitalize()


@cache
def operations() -> tuple[Operation, ...]:
    """Return every view of the HTTP functions once, pages and assets included."""
    found: dict[View, Operation] = {}
    for function in http_functions():
        app = functions_framework.create_app(  # type: ignore[no-untyped-call]
            function.entry_point, str(ROOT / function.source / "main.py")
        )
        for operation in _served(function.name, app):
            found.setdefault(operation.view, operation)
    return tuple(found.values())


def http_functions() -> list[FunctionSpec]:
    """Return the functions that people and programs call, `MAIN` first."""
    functions = read_topology(ROOT / "infra" / "topology.json").functions
    called = [one for one in functions if one.topic is None and one.schedule is None]
    return sorted(called, key=lambda one: one.name != MAIN)


def _served(function: str, app: Flask) -> Iterator[Operation]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in app.blueprints:
            checked = cast(View, app.view_functions[rule.endpoint])
            view = inspect.unwrap(checked)
            known = get_type_hints(view, {**_models(), **view.__globals__})
            (answer,) = get_args(known["return"]) or (None,)
            yield Operation(function, rule, view, endpoint_of(checked, rule), answer)


@cache
def _models() -> Mapping[str, Any]:
    """Return the models of answers by name: views import them for type checkers only."""
    folder = Path(responses.__file__).parent
    modules = [import_module(f"{responses.__name__}.{path.stem}") for path in folder.glob("[!_]*.py")]
    return {name: one for module in modules for name, one in vars(module).items()}
