"""A real browser on the running local stack."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

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
