"""Someone with a browser, watched for whatever goes wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from emulator.stack import LocalStack

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""
_CROOKED = """() => {
  const end = (cell) => cell.getBoundingClientRect().right - parseFloat(getComputedStyle(cell).paddingRight);
  const isCrooked = (heading, cell) => cell && heading.offsetParent && Math.abs(end(heading) - end(cell)) > 1;
  return [...document.querySelectorAll("table")]
    .filter((table) => getComputedStyle(table.rows[0]).display === "table-row")
    .flatMap((table) => [...table.tHead.querySelectorAll(".number")]
      .filter((heading) => isCrooked(heading, table.tBodies[0].rows[0]?.cells[heading.cellIndex])))
    .map((heading) => `${heading.closest("table").id}: ${heading.textContent}`);
}"""


class Visitor:
    """A page of a fresh browser context; `finish` fails for what scripts or the policy complained of."""

    def __init__(self, browser: Browser, stack: LocalStack, **options: Any) -> None:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        options.setdefault("locale", "en-GB")
        self.stack = stack
        self.url = stack.state.urls["dashboard"].rstrip("/")
        self.context = browser.new_context(**options)
        self.context.add_init_script(_WATCH)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def sign_in(self, stores: Sequence[str] | Literal["*"] = "*", roles: Sequence[str] = ("admin",)) -> None:
        token = self.stack.sign_token(stores, roles)
        self.page.goto(f"{self.url}/signin#token={token}")
        self.page.wait_for_url(f"{self.url}/*")
        self.page.wait_for_selector("#store")

    def sign_in_as(self, name: str) -> None:
        """Sign in at the issuer, from the page for signing in."""
        self.page.get_by_role("link", name="Sign in").click()
        expect(self.page).to_have_title("Choose who signs in · Local issuer")
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_selector("#store")

    def open(self, path: str, **parameters: str) -> None:
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        self.page.goto(f"{self.url}{path}?{query}")

    def see_dashboard(self, store_id: str, **parameters: str) -> None:
        """Open the dashboard and wait for its figures."""
        self.open("/", store=store_id, **({"period": "30d"} | parameters))
        expect(self.page.locator("#figures")).to_have_attribute("aria-busy", "false")

    def let_pass(self, seconds: int) -> None:
        """Move the page's clock on, of a page that was opened after `page.clock.install()`."""
        self.page.clock.fast_forward(seconds * 1000)

    def figure(self, name: str) -> Locator:
        return self.page.locator(f"[data-figure={name}] .value")

    def change(self, name: str) -> Locator:
        return self.page.locator(f"[data-figure={name}] .change")

    def check_accessibility(self, *rules: str) -> None:
        """Fail for every rule of WCAG 2.2 AA that the page breaks, or for those named here."""
        options = {"runOnly": list(rules)} if rules else _RULES
        found = Axe().run(self.page, options=options).response["violations"]
        broken = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]
        assert not broken, broken

    def check_width(self) -> None:
        """Fail if the page is wider than the window."""
        too_wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{self.page.url}: {too_wide} px too wide"

    def check_columns(self) -> None:
        """Fail if the numbers of a column do not end where its heading does; narrow rows have no columns."""
        crooked = self.page.evaluate(_CROOKED)
        assert crooked == [], f"{self.page.url}: {crooked}"

    def wait_until(self, expression: str) -> None:
        """Return once the script says so. Playwright's own waiting is what our policy forbids: `eval`."""
        for _ in range(600):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never became true: {expression}")

    def finish(self) -> None:
        violations = self.page.evaluate("window.violations")
        self.context.close()
        assert not violations, violations
        assert not self.complaints, self.complaints

    def _listen(self, message: ConsoleMessage) -> None:
        # An answer of 4xx or 5xx is an error to the browser, and often what the test wants.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)
