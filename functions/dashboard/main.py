"""The dashboard's HTTP API."""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path

import functions_framework
from flask import Request, Response

from shared import runtime
from shared.dashboard.export import write_csv
from shared.dashboard.read import DashboardReading
from shared.domain.customer_metrics import customer_card, customer_metrics
from shared.domain.dashboard import show_coupon
from shared.domain.store import Store
from shared.domain.viewer import Viewer
from shared.entry.cursor import write_cursor
from shared.entry.problem import Problem
from shared.entry.queries import CustomersQuery, DashboardQuery, PageQuery, StoreQuery
from shared.entry.request_input import check_identifier, read_body, read_query
from shared.entry.routes.dead_letters import routes as dead_letter_routes
from shared.entry.routes.health import routes as health_routes
from shared.entry.routes.lookups import routes as lookup_routes
from shared.entry.routes.pages import page_routes
from shared.entry.routes.reconciliations import routes as reconciliation_routes
from shared.entry.routes.sessions import routes as session_routes
from shared.entry.store_settings import StoreSettings, show_store
from shared.entry.web import Api, answer_json, require_admin, require_store

api = Api()
api.include(dead_letter_routes)
api.include(health_routes)
api.include(lookup_routes)
api.include(reconciliation_routes)
api.include(session_routes)
api.include(page_routes(Path(__file__).parent))


@functions_framework.http
def dashboard(request: Request) -> Response:
    """Answer one request."""
    return api.answer(request)


@api.route("/store/dashboard")
def show_dashboard(request: Request, viewer: Viewer) -> Response:
    reading = _open_dashboard(request, viewer)
    if request.if_none_match.contains_weak(reading.etag):
        # What nobody asked for need not be read: most requests of a page that is left open end here.
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = answer_json(reading.view())
    response.headers["As-Of"] = reading.as_of
    response.set_etag(reading.etag, weak=True)
    return response


@api.route("/store/dashboard.csv")
def export_dashboard(request: Request, viewer: Viewer) -> Response:
    view = _open_dashboard(request, viewer).view()
    name = f"dashboard-{view['period']['startDate']}-{view['period']['endDate']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write_csv(view), headers=headers, content_type="text/csv; charset=utf-8")


@api.route("/store/customers/<id:customer_id>/metrics")
def show_customer(request: Request, viewer: Viewer, customer_id: str) -> Response:
    query = read_query(StoreQuery, request)
    require_store(viewer, query.store_id)
    check_identifier("customerId", customer_id)
    card, source = runtime.cards().show(query.store_id, customer_id, datetime.now(UTC))
    if card is None:
        detail = f"no customer {customer_id!r} in store {query.store_id!r}"
        raise Problem(HTTPStatus.NOT_FOUND, detail, headers={"X-Cache": source})
    response = answer_json(card)
    response.headers["X-Cache"] = source
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@api.route("/store/customers")
def list_customers(request: Request, viewer: Viewer) -> Response:
    query = read_query(CustomersQuery, request)
    store = _store(viewer, query.store_id)
    found, following = runtime.customers().page(query.store_id, query.sort, query.limit, query.cursor)
    now = datetime.now(UTC)
    cards = [
        customer_card(customer_metrics(store, customer_id, state), store.timezone, store.segments, now)
        | ({"profile": state.profile} if state.profile else {})
        for customer_id, state in found
    ]
    return answer_json({"customers": cards, "nextCursor": write_cursor(following)})


@api.route("/store/coupons")
def list_coupons(request: Request, viewer: Viewer) -> Response:
    query = read_query(PageQuery, request)
    store = _store(viewer, query.store_id)
    found, following = runtime.customers().coupons(query.store_id, query.limit, query.cursor)
    coupons = [show_coupon(coupon, store.currency) for coupon in found]
    return answer_json(
        {"currency": store.currency, "coupons": coupons, "nextCursor": write_cursor(following)}
    )


@api.route("/stores")
def list_stores(request: Request, viewer: Viewer) -> Response:  # noqa: ARG001
    visible = viewer.stores if viewer.roles else frozenset()
    return answer_json({"stores": [show_store(store) for store in runtime.stores().find_all(visible)]})


@api.route("/stores/<id:store_id>", "PUT")
def put_store(request: Request, viewer: Viewer, store_id: str) -> Response:
    require_store(viewer, store_id)
    require_admin(viewer)
    check_identifier("storeId", store_id)
    wanted = read_body(StoreSettings, request)
    store, created = runtime.stores().put(store_id, partial(wanted.change, store_id))
    return answer_json(show_store(store), HTTPStatus.CREATED if created else HTTPStatus.OK)


def _open_dashboard(request: Request, viewer: Viewer) -> DashboardReading:
    query = read_query(DashboardQuery, request)
    store = _store(viewer, query.store_id)
    return DashboardReading(runtime.tallies(), store, query.question(), datetime.now(UTC))


def _store(viewer: Viewer, store_id: str) -> Store:
    require_store(viewer, store_id)
    store = runtime.stores().find(store_id)
    if store is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"no store {store_id!r}; PUT /stores/{{storeId}} makes one")
    return store
