"""Today over HTTP: its hours, and its comparison with as much of another day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from emulator.recount import Event, Period, differences, recount_dashboard
from tests.functions.dashboard_client import Crowd
from tests.functions.messages import PubSub, an_old_creation, an_old_order, an_old_status, push

ZONE = "America/Sao_Paulo"


def test_today_is_compared_with_as_much_of_the_same_weekday_of_last_week(
    crowd: Crowd,
    apps: dict[str, Flask],
    pubsub: PubSub,  # noqa: ARG001 - the topics
    store_id: str,
) -> None:
    now = datetime.now(ZoneInfo(ZONE))
    events: list[Event] = []
    for n, (back, hours) in enumerate([(0, 0), (0, -1), (7, -1), (7, 0), (7, 1)]):
        at = (now - timedelta(days=back)).replace(hour=(now.hour + hours) % 24, minute=5).isoformat()
        order = an_old_order(f"o-{n}", price=f"{n}.50", items=[]) | {"createdAt": at}
        events.append(("order-created", an_old_creation(store_id, order, eventId=f"c-{n}")))
        events.append(("order-status-changed", an_old_status(store_id, "COMPLETED", orderId=f"o-{n}")))
    for topic, event in events:
        assert push(apps[topic.replace("-", "_")], topic, event).status_code == 200
    asked = dict.fromkeys(("startDate", "endDate"), now.date().isoformat())
    viewer = crowd.somebody([store_id])
    view = viewer.get("/store/dashboard", compare="previous-weekdays", **asked).get_json()
    before = now.date() - timedelta(days=7)
    expected = recount_dashboard(
        events,
        store_id=store_id,
        timezone=ZONE,
        currency="BRL",
        period=Period.days(now.date(), now.date()),
        now=datetime.fromisoformat(view["generatedAt"]),
        compare=Period.days(before, before),
    )
    assert differences(expected, view) == []
    csv_page = viewer.get("/store/dashboard.csv", compare="previous-weekdays", **asked).text
    assert f"comparisonPeriod,,,upTo,{view['comparison']['upTo']}" in csv_page
    assert csv_page.count("comparisonHourly,") == csv_page.count("\nhourly,") == 2 * 24
