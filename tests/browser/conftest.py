"""A real browser on the running local stack."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, sync_playwright

from emulator.options import REPOSITORY
from emulator.stack import LocalStack
from tests.browser.chromium import NoChromium, find_chromium
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor
from tests.missing import required

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium; without one, tests are skipped on a laptop and fail in CI."""
    with sync_playwright() as playwright, launched(playwright.chromium) as running:
        yield running


@contextmanager
def launched(kind: BrowserType, *options: str) -> Iterator[Browser]:
    with required(NoChromium):
        path = find_chromium()
    # Chromium's sandbox needs what a container's root does not have.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    running = kind.launch(executable_path=path, args=[*sandbox, *options])
    yield running
    running.close()


@pytest.fixture
def visit(browser: Browser, stack: LocalStack) -> Iterator[Visit]:
    """Return what makes visitors, with options of a browser context; all are watched to their end."""
    made: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        made.append(Visitor(browser, stack, **options))
        return made[-1]

    yield make
    for visitor in made:
        visitor.finish()


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Return an admin of all stores."""
    made = visit()
    made.sign_in()
    return made


@pytest.fixture(scope="session")
def shop(stack: LocalStack) -> Shop:
    """Return a store with a few orders, which tests only look at."""
    return Shop.with_orders(stack)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def scripts(browser: Browser) -> Iterator[Page]:
    """Return a page from where the dashboard's scripts can be imported; no stack is needed."""
    handler = partial(_Quiet, directory=str(REPOSITORY / "functions" / "dashboard" / "static"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with browser.new_context(locale="en-GB") as context:
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/period.js")
            yield page
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
