"""What the law gives a customer of a store: to see all that is held about them, and to be erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from shared import runtime
from shared.domain.pseudonym import is_pseudonym
from shared.entry import audit
from shared.entry.problem import Problem
from shared.entry.queries import StoreQuery
from shared.entry.routes.stores import NO_STORE, find_store
from shared.entry.views import ADMIN, Answer, Endpoint, answer_json

if TYPE_CHECKING:
    from shared.entry.responses.customer_data import CustomerExport, ErasureProgress

BUDGET = timedelta(minutes=1)
"""The caller learns how far it went, and asks again."""

routes = Blueprint("customer_data", __name__)


@routes.get("/store/customers/<id:customer_id>/export")
@Endpoint(ADMIN, query=StoreQuery, audited="customer.exported", statuses={HTTPStatus.NOT_FOUND: NO_STORE})
def export_customer(customer_id: str, query: StoreQuery) -> Answer[CustomerExport]:
    """Export everything that a store holds about a customer.

    Lists are empty where nothing is held. The answer is streamed: where it breaks off, it is no valid JSON.
    """
    from shared.customers.export import export_customer as export

    _start(query.store_id, customer_id)
    pieces = export(
        query.store_id, customer_id, runtime.documents(), runtime.customer_data(), datetime.now(UTC)
    )
    headers = {"Content-Disposition": 'attachment; filename="customer.json"'}
    return Answer(pieces, headers=headers, content_type="application/json")


@routes.delete("/store/customers/<id:customer_id>")
@Endpoint(
    ADMIN,
    query=StoreQuery,
    audited="customer.erased",
    statuses={
        HTTPStatus.NOT_FOUND: NO_STORE,
        HTTPStatus.CONFLICT: "An order can't be counted under the pseudonym; the answer names it.",
    },
)
def erase_customer(customer_id: str, query: StoreQuery) -> Answer[ErasureProgress]:
    """Erase a customer: profile, registration, lookups, calls, names in baskets, cards.

    Every number stays: orders and the registration count for a pseudonym. A call works for a minute at most.
    Repeat it until the answer says `finished`, two minutes after the first call at the earliest: by then, no
    event of the customer is under way. Whoever comes back later under the same id is a new customer.
    """
    from shared.customers.erase import erase_customer as erase

    _start(query.store_id, customer_id)
    if is_pseudonym(customer_id):
        raise Problem(HTTPStatus.BAD_REQUEST, "expected a customer's id, got a pseudonym")
    progress = erase(query.store_id, customer_id, runtime.erasure_dependencies(), BUDGET)
    answer = {
        "pseudonym": runtime.pseudonyms().name(query.store_id, customer_id),
        "erased": dict(progress.erased),
        "finished": progress.finished,
        "askAgainAfterSeconds": progress.ask_again_after_s,
    }
    audit.told(answer)
    return answer_json(answer)


def _start(store_id: str, customer_id: str) -> None:
    audit.of(runtime.pseudonyms().name(store_id, customer_id))
    find_store(store_id)
