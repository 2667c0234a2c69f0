"""What a view declares: who is let in, and which declarations are refused at start."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Blueprint, Flask, Response
from werkzeug.datastructures import Headers

from shared import runtime
from shared.domain.viewer import Viewer
from shared.entry.views import ADMIN, OPERATOR, PUBLIC, SIGNED_IN, VIEWER, Access, Endpoint, answer_json
from shared.entry.web import mount
from shared.settings import read_settings


class OneViewer:
    """Takes everybody for one viewer."""

    viewer = Viewer(issuer="https://issuer.test", subject="u", grants={})

    def check(self, headers: Headers) -> Viewer:  # noqa: ARG002 - whatever they are
        return self.viewer


@pytest.fixture(autouse=True)
def verifier(monkeypatch: pytest.MonkeyPatch) -> OneViewer:
    settings, one = read_settings({"GOOGLE_CLOUD_PROJECT": "demo-web"}), OneViewer()
    monkeypatch.setattr(runtime, "settings", lambda: settings)
    monkeypatch.setattr(runtime, "verifier", lambda: one)
    monkeypatch.setattr(runtime, "log", lambda: logging.getLogger("tests.views"))
    return one


@pytest.mark.parametrize(
    ("access", "let_in"),
    [
        (
            SIGNED_IN,
            {"admin *", "admin s-1", "admin s-2", "viewer *", "viewer s-1", "till *", "till s-1", "nothing"}
            | {"viewer *, admin s-2"},
        ),
        (VIEWER, {"admin *", "admin s-1", "viewer *", "viewer s-1", "viewer *, admin s-2"}),
        (ADMIN, {"admin *", "admin s-1"}),
        (OPERATOR, {"admin *"}),
    ],
)
def test_a_view_lets_in_whom_it_declares(access: Access, let_in: set[str], verifier: OneViewer) -> None:
    app = Flask(__name__)
    mount(app, blueprint_with("one", access))
    admin, views, till = frozenset({"admin"}), frozenset({"viewer"}), frozenset({"till"})
    grants: dict[str, Any] = {
        "admin *": {None: admin},
        "admin s-1": {"s-1": admin},
        "admin s-2": {"s-2": admin},
        "viewer *": {None: views},
        "viewer s-1": {"s-1": views},
        "viewer *, admin s-2": {None: views, "s-2": admin},
        "till *": {None: till},
        "till s-1": {"s-1": till},
        "nothing": {},
    }
    for name, granted in grants.items():
        viewer = Viewer(issuer="https://issuer.test", subject="u", grants=granted)
        verifier.viewer = viewer
        status = app.test_client().get("/one/s-1").status_code
        assert (name, status) == (name, 200 if name in let_in else 403)


def blueprint_with(name: str, access: Access = PUBLIC) -> Blueprint:
    """Return a blueprint with a view called `show` that answers with the blueprint's name."""
    blueprint = Blueprint(name, __name__)

    @blueprint.get(f"/{name}/<store_id>")
    @Endpoint(access)
    def show(store_id: str) -> Response:
        return answer_json({"name": name, "storeId": store_id})

    return blueprint


def test_views_of_one_name_in_two_blueprints_answer_for_themselves() -> None:
    app = Flask(__name__)
    mount(app, blueprint_with("one"), blueprint_with("two"))
    names = [app.test_client().get(f"/{name}/x").get_json()["name"] for name in ("one", "two")]
    assert names == ["one", "two"]


def test_two_blueprints_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'one' is already registered"):
        mount(Flask(__name__), blueprint_with("one"), blueprint_with("one"))


def test_a_view_must_say_who_may_call_it() -> None:
    blueprint = Blueprint("open", __name__)
    blueprint.get("/open")(lambda: answer_json({}))
    with pytest.raises(TypeError, match=r"expected @Endpoint\(…\) with who may call, got a bare view"):
        mount(Flask(__name__), blueprint)


@pytest.mark.parametrize("access", [VIEWER, ADMIN])
def test_a_view_for_viewers_of_a_store_must_name_the_store(access: Access) -> None:
    blueprint = Blueprint("nameless", __name__)
    blueprint.get("/nameless", endpoint="show")(Endpoint(access)(lambda: answer_json({})))
    with pytest.raises(TypeError, match="expected store_id"):
        mount(Flask(__name__), blueprint)
