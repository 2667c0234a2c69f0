"""The OpenAPI document and the page about the API say what the HTTP functions do."""

from __future__ import annotations

import json

from flask import Flask
from openapi_spec_validator import validate

from infra import api_page, openapi
from infra.views import operations
from tests.functions.conftest import Forget

PAGES = {
    ("GET", "/"),
    ("GET", "/assets/{version}/{name}"),
    ("GET", "/customers"),
    ("GET", "/customers/{customerId}"),
    ("GET", "/figures"),
    ("GET", "/graphql/"),
    ("GET", "/graphql/{name}"),
    ("GET", "/operations"),
    ("GET", "/orders"),
    ("GET", "/orders/{orderId}"),
    ("GET", "/signin"),
    ("GET", "/signin/callback"),
    ("GET", "/signin/start"),
    ("GET", "/signout"),
}
"""What people look at; the document leaves it out."""
OUTDATED = "the code says otherwise; run `make openapi` and commit what it writes"


def test_the_document_is_the_one_that_the_views_declare() -> None:
    assert openapi.DOCUMENT.read_text("utf-8") == openapi.write_json(openapi.document()), OUTDATED


def test_the_page_is_the_one_that_the_document_makes() -> None:
    assert openapi.PAGE.read_text("utf-8") == api_page.write(openapi.document()), OUTDATED


def test_the_document_is_valid_openapi() -> None:
    validate(json.loads(openapi.DOCUMENT.read_text("utf-8")))


def test_the_document_has_every_view_but_the_pages() -> None:
    paths = openapi.document()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert described | PAGES == {(one.method, one.path) for one in operations()}
    assert not described & PAGES


def test_parameters_and_fields_are_explained() -> None:
    document = openapi.document()
    described = [one for methods in document["paths"].values() for one in methods.values()]
    explained = [parameter for one in described for parameter in one.get("parameters", ())]
    for name, schema in document["components"]["schemas"].items():
        explained += [{"name": f"{name}.{key}", **one} for key, one in schema.get("properties", {}).items()]
    assert [one["name"] for one in explained if not one.get("description")] == []


def test_anyone_may_read_the_document_and_an_unchanged_one_is_not_sent_again(
    apps: dict[str, Flask],
    instance: Forget,  # noqa: ARG001 - the environment comes first
) -> None:
    client = apps["dashboard"].test_client()
    first = client.get("/openapi.json")
    assert (first.status_code, first.content_type) == (200, "application/json")
    assert first.get_json() == json.loads(openapi.DOCUMENT.read_text("utf-8"))
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
