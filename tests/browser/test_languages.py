"""The pages in each language: chosen by the browser or on the page, written as in the viewer's region."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.shop import Shop
from tests.browser.visitor import Visitor


@pytest.mark.parametrize(
    ("locale", "language", "heading", "sales", "share"),
    [
        ("es-CO", "es", "Clientes", "R$ 234,90", "55,30%"),
        ("pt-BR", "pt-BR", "Clientes", "R$ 234,90", "55,30%"),
        # No translation: English, with the numbers of the region.
        ("de-DE", "en", "Customers", "234,90 R$", "55,30 %"),
    ],
)
def test_pages_are_in_the_browsers_language_and_write_as_its_region(
    visit: Visit, shop: Shop, locale: str, language: str, heading: str, sales: str, share: str
) -> None:
    visitor = visit(locale=locale)
    visitor.sign_in()
    visitor.see_dashboard(shop.store_id)
    expect(visitor.page.locator("html")).to_have_attribute("lang", language)
    expect(visitor.figure("totalSales")).to_have_text(sales)
    expect(visitor.page.locator("#products .share").nth(1)).to_contain_text(share)
    visitor.open("/customers", store=shop.store_id)
    expect(visitor.page.locator("h1")).to_have_text(heading)


def test_the_language_can_be_chosen_and_is_kept(visitor: Visitor, shop: Shop) -> None:
    visitor.see_dashboard(shop.store_id, period="90d")
    visitor.page.get_by_role("link", name="Português").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(visitor.page.locator("#period")).to_have_value("90d")
    expect(visitor.page.locator("#facts")).to_contain_text("Dados de")
    visitor.page.locator("#period").select_option("7d")
    assert "lang=" not in visitor.page.url
    visitor.page.get_by_role("link", name="Clientes").click()
    expect(visitor.page.locator("h1")).to_have_text("Clientes")
    visitor.page.get_by_role("link", name="English").click()
    expect(visitor.page.locator("h1")).to_have_text("Customers")


def test_the_page_for_signing_in_has_languages_too(visit: Visit) -> None:
    visitor = visit(locale="es-MX")
    visitor.open("/signin")
    expect(visitor.page.locator("h1")).to_have_text("Iniciar sesión en Tillpulse")
    visitor.check_accessibility()
    visitor.page.get_by_role("link", name="English").click()
    expect(visitor.page.locator("h1")).to_have_text("Sign in to Tillpulse")
