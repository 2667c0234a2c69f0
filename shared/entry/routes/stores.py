"""Stores: list them, create one, change its settings."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from shared import runtime
from shared.domain.store import Store
from shared.domain.viewer import Role, Viewer
from shared.entry import audit
from shared.entry.problem import Problem
from shared.entry.store_settings import StoreSettings, show_store
from shared.entry.views import ADMIN, SIGNED_IN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.stores import StoreList, StoreShown

routes = Blueprint("stores", __name__)

NO_STORE = "There is no such store; `PUT /stores/{storeId}` creates one."


@routes.get("/stores")
@Endpoint(SIGNED_IN)
def list_stores(viewer: Viewer) -> Answer[StoreList]:
    """List the stores in which the token grants the role `viewer` or `admin`."""
    return answer_json({"stores": [show_store(store) for store in visible_stores(viewer, "viewer")]})


@routes.put("/stores/<id:store_id>")
@Endpoint(
    ADMIN,
    body=StoreSettings,
    audited="store.changed",
    statuses={
        HTTPStatus.CREATED: "The store was created.",
        HTTPStatus.CONFLICT: "Something was counted in the time zone or the currency, so it stays.",
    },
)
def put_store(store_id: str, body: StoreSettings) -> Answer[StoreShown]:
    """Create a store, or replace its settings.

    An optional setting that is left out stays as it is; null sets its default. Once an order or a
    registration is counted, the store's time zone stays, and once an order is counted, its currency does too.
    `POST /timezone` moves the store to another time zone with all that was counted.
    """
    before, after = runtime.stores().put(store_id, partial(body.change, store_id))
    audit.changed(show_store(before) if before else None, show_store(after))
    runtime.cards().keep_settings(after)
    return answer_json(show_store(after), HTTPStatus.OK if before else HTTPStatus.CREATED)


def find_store(store_id: str) -> Store:
    """Return the store.

    Raises:
        Problem: 404, there is no such store.
    """
    store = runtime.stores().find(store_id)
    if store is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {store_id!r}; PUT /stores/{{storeId}} makes one")
    return store


def visible_stores(viewer: Viewer, role: Role) -> list[Store]:
    """Return the stores in which the viewer has the role."""
    return runtime.stores().find_all(viewer.stores(role))
