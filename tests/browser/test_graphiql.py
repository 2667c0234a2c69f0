"""GraphiQL of the local stack: a till's call, made in the browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from emulator.stack import LocalStack
from tests.browser.conftest import Visit

PATIENCE_MS = 60_000


def test_a_basket_is_started_in_the_editor(visit: Visit, stack: LocalStack) -> None:
    page = visit().page
    foreign: list[str] = []
    origin = stack.state.urls["graphql"]
    page.on("request", lambda asked: foreign.append(asked.url) if not asked.url.startswith(origin) else None)
    page.goto(f"{origin}/graphql/#token={stack.state.token}")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("startBasket", timeout=PATIENCE_MS)
    assert "token" not in page.url
    page.get_by_role("button", name=re.compile("Execute")).click()
    page.get_by_role("menuitem", name="Start").click()
    result = page.locator(".result-window")
    expect(result).to_contain_text('"lookupStatus": "PENDING"', timeout=PATIENCE_MS)
    # Whatever the package would load from elsewhere, the page does without.
    assert [url for url in foreign if not url.startswith("data:")] == []
