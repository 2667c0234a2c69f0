"""After signing in, nobody is sent to another site."""

from __future__ import annotations

import pytest

from shared.domain.sign_in import local_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers",
        "/operations",
        "/?store=s-1&period=7d",
        "/customers?store=a%2Fb%23c//d.e",
        "/a/b-c_1?x",
        "/" + "a" * 999,
    ],
)
def test_a_path_of_this_site_stays_as_it_is(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "attack",
    [
        "https://evil.test",
        "//evil.test",
        "///evil.test",
        "/.//evil.test",
        "/..//evil.test",
        "/%2e//evil.test",
        "/%2E%2e/%2fevil.test",
        "/a/..//evil.test",
        "/a//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "\t//evil.test",
        " //evil.test",
        "/\x00/evil.test",
        "/\x7f",
        "/?a\r\nSet-Cookie: session=x",
        "/?a\\b",
        "/\u2044evil.test",
        "/é",
        "/?é",
        "/#//evil.test",
        "/\n",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.test",
        "@evil.test",
        "?next=/",
        "/" + "a" * 1000,
        "",
    ],
)
def test_everything_else_leads_to_the_first_page(attack: str) -> None:
    assert local_path(attack) == "/"
