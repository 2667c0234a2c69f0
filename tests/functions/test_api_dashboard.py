"""The dashboard over HTTP: figures equal a recount, as JSON, CSV and XLSX, and problems say what is wrong."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as Xml
from zipfile import ZipFile

import pytest
from flask import Flask
from google.api_core.retry import Retry

from emulator.recount import Event, Period, differences, recount_dashboard
from shared.adapters.firestore import client as firestore_client
from shared.dashboard import read
from shared.domain.dashboard import change
from shared.domain.figures import PRODUCT
from shared.domain.instants import to_micros
from shared.entry.cursor import write_cursor
from tests.builders import an_account_event, an_order_item
from tests.functions.conftest import Forget
from tests.functions.dashboard_client import Asker, Crowd, problem, wrong_fields
from tests.functions.messages import PubSub, an_old_creation, an_old_order, an_old_status, push

ZONE = "America/Sao_Paulo"
MAY = {"year": 2024, "month": 5}
TEN_DAYS = {"startDate": "2024-05-10", "endDate": "2024-05-20"}
ONE_DAY = {"startDate": "2024-05-14", "endDate": "2024-05-14"}
OVER_MONTHS = {"startDate": "2024-04-20", "endDate": "2024-05-14"}
STATUSES: list[str | int] = ["COMPLETED", "EXPIRED", 8, "REFOUNDED"]


@pytest.fixture
def events(apps: dict[str, Flask], pubsub: PubSub, store_id: str) -> list[Event]:  # noqa: ARG001
    """Push what happened in a store, and return it."""
    told: list[Event] = []
    for n in range(4):
        at = f"2024-05-{10 + 5 * n}T01:30:00Z"
        items = [an_order_item("p-1", "20.00"), an_order_item(f"=p-{n}", f"{n}.50", productName="+1")]
        order = an_old_order(f"o-{n}", items=items, price=f"{20 + n}.50", couponCode=n % 2 * "X" or None)
        told.append(("order-created", an_old_creation(store_id, order | {"createdAt": at}, eventId=f"c-{n}")))
        status = an_old_status(store_id, STATUSES[n], orderId=f"o-{n}")
        told.append(("order-status-changed", status))
    account = an_account_event(
        storeId=store_id, occurredAt="2024-05-02T12:00:00Z", registeredAt="2024-05-01T12:00:00Z"
    )
    told += [("customer-registered", account), ("email-confirmed", account)]
    for topic, event in told:
        assert push(apps[topic.replace("-", "_")], topic, event).status_code == 200
    return told


@pytest.fixture
def viewer(crowd: Crowd, store_id: str) -> Asker:
    return crowd.somebody([store_id])


@pytest.fixture
def known(crowd: Crowd, store_id: str) -> None:
    """Make the store known, without anything in it."""
    settings = {"name": "Aurora", "timezone": ZONE, "currency": "BRL"}
    assert crowd.admin().send("PUT", f"/stores/{store_id}", settings).status_code == 201


def test_refunds_are_told_by_their_own_day_beside_the_figures_by_the_orders_day(
    viewer: Asker, apps: dict[str, Flask], events: list[Event], store_id: str
) -> None:
    given = {"refundId": "r-1", "amount": "2.50", "currency": "BRL", "at": "2024-06-05T02:00:00Z"}
    told = an_old_status(store_id, "COMPLETED", orderId="o-0", eventId="part") | {"refund": given}
    events.append(("order-status-changed", told))
    for topic, event in (("order-status-changed", told), ("order-status-changed", told)):
        assert push(apps[topic.replace("-", "_")], topic, event).status_code == 200
    for month, amount in ((5, 0), (6, 2.5)):
        asked = {"year": 2024, "month": month, "refunds": "by-refund-day"}
        view = viewer.get("/store/dashboard", **asked).get_json()
        expected = recount_dashboard(
            events,
            store_id=store_id,
            timezone=ZONE,
            currency="BRL",
            period=Period.month(2024, month),
            now=datetime.now(UTC),
            refunds=True,
        )
        assert differences(expected, view) == []
        assert view["refundsByRefundDay"]["refundedAmount"] == amount
        assert view["summary"]["refundedAmount"] == (2.5 if month == 5 else 0)
        text = viewer.get("/store/dashboard.csv", **asked).text
        assert f"refundsByRefundDay,2024-{month:02}-04,,refundedAmount,{float(amount)}" in text


@pytest.mark.parametrize(
    ("asked", "period"),
    [
        (MAY, Period.month(2024, 5)),
        (TEN_DAYS, Period.days(date(2024, 5, 10), date(2024, 5, 20))),
        (ONE_DAY, Period.days(date(2024, 5, 14), date(2024, 5, 14))),
        (OVER_MONTHS, Period.days(date(2024, 4, 20), date(2024, 5, 14))),
        ({"year": 2024, "month": 4}, Period.month(2024, 4)),
    ],
    ids=["month", "days", "day", "days of two months", "empty month"],
)
def test_a_dashboard_equals_a_recount(
    viewer: Asker, events: list[Event], store_id: str, asked: dict[str, Any], period: Period
) -> None:
    answer = viewer.get("/store/dashboard", storeId=store_id, **asked)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    expected = recount_dashboard(
        events, store_id=store_id, timezone=ZONE, currency="BRL", period=period, now=datetime.now(UTC)
    )
    assert differences(expected, answer.get_json()) == []


@pytest.mark.usefixtures("events")
def test_a_comparison_is_the_other_period_s_own_summary(viewer: Asker, store_id: str) -> None:
    june = viewer.get("/store/dashboard", storeId=store_id, year=2024, month=6, compare="previous")
    may = viewer.get("/store/dashboard", storeId=store_id, **MAY).get_json()
    compared = june.get_json()["comparison"]
    assert compared["change"] == change(june.get_json()["summary"], may["summary"])
    assert (compared["period"], compared["summary"]) == (may["period"], may["summary"])
    later = viewer.get("/store/dashboard", storeId=store_id, year=2025, month=5, compare="year")
    assert later.get_json()["comparison"]["summary"] == may["summary"]


@pytest.mark.usefixtures("events")
def test_no_more_products_than_asked_for(viewer: Asker, store_id: str) -> None:
    every = viewer.get("/store/dashboard", storeId=store_id, **MAY).get_json()["salesByProduct"]
    best = viewer.get("/store/dashboard", storeId=store_id, products=2, **MAY).get_json()["salesByProduct"]
    assert len(every) == 5
    assert best == every[:2]


@pytest.mark.parametrize("asked", [MAY, OVER_MONTHS], ids=["month", "days of two months"])
def test_all_products_come_in_pages_that_add_up_while_orders_come_in(
    viewer: Asker,
    apps: dict[str, Flask],
    events: list[Event],
    store_id: str,
    asked: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(read, "PRODUCTS_PER_PAGE", 2)
    assert events
    before = viewer.get("/store/dashboard", products=500, **asked).get_json()
    pages = [viewer.get("/store/dashboard", products="all", **asked)]
    late = an_old_creation(
        store_id, an_old_order("late", items=[an_order_item("=p-1a", "9.00")], price="9.00")
    )
    assert push(apps["order_created"], "order-created", late).status_code == 200
    while cursor := pages[-1].get_json()["nextCursor"]:
        pages.append(viewer.get("/store/dashboard", products="all", cursor=cursor, **asked))
    listed = [product for page in pages for product in page.get_json()["salesByProduct"]]
    assert listed == sorted(before["salesByProduct"], key=lambda one: str(one["productId"]))
    assert {page.get_json()["generatedAt"] for page in pages} == {pages[0].get_json()["generatedAt"]}
    assert pages[-1].get_json()["summary"] == before["summary"]
    csv_page = viewer.get("/store/dashboard.csv", products="all", **asked).text.splitlines()
    assert csv_page[-1].startswith("page,,,nextCursor,W")
    # Firestore keeps an hour.
    old = write_cursor([to_micros(datetime.now(UTC) - timedelta(hours=2)), "p-1"])
    detail = problem(viewer.get("/store/dashboard", products="all", cursor=old, **asked), 400)["detail"]
    assert detail == "expected a cursor of the last hour; start at the first page again"
    to_come = write_cursor([to_micros(datetime.now(UTC) + timedelta(hours=2)), "p-1"])
    problem(viewer.get("/store/dashboard", products="all", cursor=to_come, **asked), 400)


@pytest.mark.usefixtures("events")
def test_the_products_beyond_the_list_are_one_row(viewer: Asker, events: list[Event], store_id: str) -> None:
    view = viewer.get("/store/dashboard", products=2, **MAY).get_json()
    expected = recount_dashboard(
        events,
        store_id=store_id,
        timezone=ZONE,
        currency="BRL",
        period=Period.month(2024, 5),
        now=datetime.now(UTC),
        products=2,
    )
    assert view["otherProducts"]["totalSales"] > 0
    assert differences(expected, view) == []


@pytest.mark.usefixtures("events")
def test_the_trend_of_the_period_is_added_and_has_an_etag_of_its_own(viewer: Asker) -> None:
    plain, with_trend = (viewer.get("/store/dashboard", **MAY, **more) for more in ({}, {"trend": "period"}))
    view = with_trend.get_json()
    assert len(view["trend"]) == 31
    assert sum(day["totalOrders"] for day in view["trend"]) == view["summary"]["totalOrders"] == 4
    assert view["dailyTrend"] == plain.get_json()["dailyTrend"]
    assert with_trend.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.usefixtures("events")
def test_the_csv_shows_the_same_figures(viewer: Asker, store_id: str) -> None:
    asked = {"storeId": store_id, "compare": "previous", **MAY}
    view = viewer.get("/store/dashboard", **asked).get_json()
    answer = viewer.get("/store/dashboard.csv", **asked)
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "dashboard-2024-05-01-2024-05-31.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.text)))

    def figures(section: str, of: str = "") -> dict[str, str]:
        return {
            r["figure"]: r["value"] for r in rows if r["section"] == section and r["id"].lstrip("'") == of
        }

    assert figures("summary") == {name: str(value) for name, value in view["summary"].items()}
    assert figures("comparison") == {name: str(v) for name, v in view["comparison"]["summary"].items()}
    for day in view["dailyTrend"]:
        assert figures("dailyTrend", day["date"]) == {k: str(v) for k, v in day.items() if k != "date"}
    for product in view["salesByProduct"]:
        shown = {figure.key: str(product[figure.key]) for figure in PRODUCT}
        assert figures("salesByProduct", product["productId"]) == shown
    # A spreadsheet must not run what a product is called.
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


@pytest.mark.usefixtures("events")
def test_the_workbook_has_the_rows_of_the_csv(viewer: Asker, store_id: str) -> None:
    asked = {"storeId": store_id, "compare": "previous", **MAY}
    answer = viewer.get("/store/dashboard.xlsx", **asked)
    assert answer.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "dashboard-2024-05-01-2024-05-31.xlsx" in answer.headers["Content-Disposition"]
    text = viewer.get("/store/dashboard.csv", **asked).text
    rows = [[cell.lstrip("'").removesuffix(".0") for cell in row] for row in csv.reader(StringIO(text))]
    instant = [row[3] for row in rows].index("generatedAt")
    book = workbook_rows(answer.data)
    assert len(rows) > 50
    assert book[:instant] + book[instant + 1 :] == rows[:instant] + rows[instant + 1 :]


def workbook_rows(data: bytes) -> list[list[str]]:
    """Return the cells of a workbook's only sheet as text."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(BytesIO(data)) as book:
        sheet, strings = (
            Xml.fromstring(book.read(f"xl/{part}.xml"))  # noqa: S314 - ours
            for part in ("worksheets/sheet1", "sharedStrings")
        )
    texts = ["".join(one.itertext()) for one in strings.iter(f"{name}si")]

    def text(cell: Xml.Element) -> str:
        value = cell.findtext(f"{name}v", "")
        return texts[int(value)] if cell.get("t") == "s" else value

    rows = [{(cell.get("r") or "")[0]: text(cell) for cell in row} for row in sheet.iter(f"{name}row")]
    return [[row.get(column, "") for column in "ABCDE"] for row in rows]


@pytest.mark.usefixtures("known")
def test_by_default_it_is_the_current_month_of_a_store_without_anything(viewer: Asker, store_id: str) -> None:
    view = viewer.get("/store/dashboard", storeId=store_id).get_json()
    assert view["period"]["type"] == "month"
    assert (view["currency"], view["timezone"]) == ("BRL", ZONE)
    assert set(view["summary"].values()) == {0}
    assert len(view["dailyTrend"]) == 7
    assert view["salesByProduct"] == []
    assert view["firstAvailablePeriod"] is None


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"year": 2024, "month": 13}, "month"),
        ({"year": 2024, "month": 0}, "month"),
        ({"year": 1969, "month": 1}, "year"),
        ({"year": "x", "month": 1}, "year"),
        ({"products": 0}, "products"),
        ({"products": 501}, "products"),
        ({"products": "many"}, "products"),
        ({"products": "all", "cursor": "x"}, "cursor"),
        ({"trend": "x"}, "trend"),
        ({"refunds": "by-order-day"}, "refunds"),
        ({"compare": "x"}, "compare"),
        ({"startDate": "2024-02-30", "endDate": "2024-03-01"}, "startDate"),
        ({"startDate": "2024-02-01", "endDate": "20240301"}, "endDate"),
        ({"stroeId": "typo"}, "stroeId"),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("path", ["/store/dashboard", "/store/dashboard.csv", "/store/dashboard.xlsx"])
@pytest.mark.usefixtures("known")
def test_a_wrong_parameter_is_named(
    viewer: Asker, store_id: str, path: str, asked: dict[str, Any], wrong: str
) -> None:
    assert wrong_fields(viewer.get(path, storeId=store_id, **asked)) == {wrong}


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"startDate": "2024-05-02", "endDate": "2024-05-01"}, "endDate"),
        ({"startDate": "2023-01-01", "endDate": "2024-02-04"}, "366 days"),
        ({"startDate": "2024-05-02"}, "endDate"),
        ({"year": 2024}, "month"),
        ({"year": 2024, "month": 5, "startDate": "2024-05-02", "endDate": "2024-05-03"}, "either"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("known")
def test_parameters_that_do_not_go_together_are_refused(
    viewer: Asker, store_id: str, asked: dict[str, Any], named: str
) -> None:
    assert named in problem(viewer.get("/store/dashboard", storeId=store_id, **asked), 400)["detail"]


@pytest.mark.parametrize("stores", [["s-1", "s-2"], "*"])
def test_the_store_has_to_be_named_where_the_token_grants_several(crowd: Crowd, stores: Any) -> None:
    assert wrong_fields(crowd.somebody(stores).get("/store/dashboard")) == {"storeId"}


@pytest.mark.usefixtures("events")
def test_the_store_may_be_left_out_where_the_token_grants_one(viewer: Asker, store_id: str) -> None:
    view = viewer.get("/store/dashboard", **MAY).get_json()
    assert (view["storeId"], view["summary"]["totalOrders"]) == (store_id, 4)


def test_what_is_not_there_is_a_problem(viewer: Asker) -> None:
    problem(viewer.get("/nowhere"), 404)


@pytest.mark.parametrize("path", ["/store/dashboard", "/stores", "/healthz"])
def test_what_can_not_be_done_is_a_problem(viewer: Asker, path: str) -> None:
    answer = viewer.send("DELETE", path)
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_a_dashboard_waits_for_firestore(
    viewer: Asker, instance: Forget, store_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(firestore_client.RETRY, Retry)
    monkeypatch.setattr(firestore_client.RETRY, "_timeout", 0.05)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    instance()
    answer = viewer.get("/store/dashboard", storeId=store_id)
    problem(answer, 503)
    assert answer.headers["Retry-After"]
