"""GraphiQL: an editor on the local stack, and nothing elsewhere."""

from __future__ import annotations

import re

import pytest

from shared import runtime
from tests.functions.till_client import Till


def test_the_page_and_all_its_files_come_from_the_function(till: Till) -> None:
    client = till.apps["graphql"].test_client()
    page = client.get("/graphql/")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    names = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(names) == 6
    for name in names:
        file = client.get(f"/graphql/{name}")
        assert file.status_code == 200, name
        assert file.content_type.partition(";")[0] in ("text/css", "text/javascript")
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["apps.py", "..%2fapps.py", "%2e%2e/main.py", "nothing.js"])
def test_no_other_file_is_shown(till: Till, name: str) -> None:
    assert till.apps["graphql"].test_client().get(f"/graphql/{name}").status_code == 404


def test_on_google_cloud_there_is_no_editor(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_STACK")
    runtime.reset()
    client = till.apps["graphql"].test_client()
    page = client.get("/graphql/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert client.get("/graphql/graphiql.min.js").status_code == 404
    assert client.get("/graphql/editor.js").status_code == 404
