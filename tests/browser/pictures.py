"""Takes the pictures of README.md and docs, of the store that `make demo` filled and keeps running.

python -m tests.browser.pictures
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from emulator.options import REPOSITORY
from emulator.samples import STORES
from emulator.state import StackState, read_state
from tests.browser.conftest import launched

FOLDER = REPOSITORY / "docs" / "pictures"
_COLOURS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What someone sees.

    follow: the links to follow from the dashboard of the last 30 days, as CSS selectors.
    size: of the window, in CSS pixels.
    """

    name: str
    follow: tuple[str, ...] = ()
    size: tuple[int, int] = (1280, 1130)
    scheme: Literal["light", "dark"] = "light"

    def take(self, browser: Browser, stack: StackState) -> Path:
        """Take the picture, at one and a half times the size for sharp screens."""
        width, height = self.size
        with browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1.5,
            locale="en-GB",
            color_scheme=self.scheme,
            reduced_motion="reduce",
        ) as context:
            page = context.new_page()
            page.goto(str(stack.sign_in_link))
            page.wait_for_selector("#store")
            page.goto(f"{stack.urls['dashboard']}/?store={STORES[0].store_id}&period=30d")
            for link in self.follow:
                page.locator(link).first.click()
            return _save(page, FOLDER / f"{self.name}.png")


REFUNDED = "[data-figure=totalRefundedOrders] .opens"
PICTURES = (
    Picture(name="dashboard"),
    Picture(name="dashboard-dark", scheme="dark"),
    Picture(name="orders", follow=(REFUNDED,), size=(1280, 640)),
    Picture(name="order", follow=(REFUNDED, "#orders tbody th a"), size=(1280, 860)),
)


def _save(page: Page, path: Path) -> Path:
    page.wait_for_selector("body[data-state=shown]")
    page.wait_for_load_state("networkidle")
    with Image.open(BytesIO(page.screenshot())) as image:
        image.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    """Take all pictures."""
    stack = read_state(REPOSITORY / ".local" / "stack.json")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, launched(playwright.chromium) as browser:
        for picture in PICTURES:
            path = picture.take(browser, stack)
            print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
