"""The OpenAPI 3.1 document of the HTTP functions, from what their views declare.

    python -m infra.openapi

writes functions/dashboard/static/openapi.json, and docs/API.md from it.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from infra import api_page
from infra.views import MAIN, ROOT, Operation, operations
from shared.entry.responses import ProblemDetails
from shared.entry.views import PUBLIC, SIGNED_IN, Endpoint
from shared.messages.wire import Identifier

DOCUMENT = ROOT / "functions" / "dashboard" / "static" / "openapi.json"
PAGE = ROOT / "docs" / "API.md"

_REF = "#/components/schemas/{model}"
_DESCRIPTION = """\
Dashboards, customers, tills and operations of online stores, counted exactly.

- **Who may call.** Send `Authorization: Bearer <token>`: a JWT of your issuer (`AUTH_ISSUER`,
  `AUTH_AUDIENCE`, `AUTH_JWKS_URL`) with the claims `stores` (a list of ids, or `"*"`) and `roles`. A `viewer`
  reads figures, customers and baskets; a `till` starts baskets and reads them and their customers; an `admin`
  may do both, and change the store. `roles` is a list for all of the `stores`, or differs from store to
  store: `{"s-1": ["admin"], "*": ["viewer"]}`, where `"*"` stands for each of the `stores`. A store that the
  token does not grant is a 403, whether it exists or not. Behind Identity-Aware Proxy, its header works too,
  with these claims under `gcip`. On the local stack, `.venv/bin/python -m emulator token` prints a token.
- **Errors** are problem details (RFC 9457). A 400 names the wrong fields in `errors`, at most 20: what was
  expected, and what came. A 413 says that the body is too long, whoever sends it. A 503 says that a service
  did not answer; try again after `Retry-After` seconds.
- **Pages.** An answer with more to come has a `nextCursor`; send it back as `cursor`. It is null on the last
  page.
- **ETags.** Where `If-None-Match` is listed, send the `ETag` of the last answer: a 304 without a body says
  that nothing changed.
- **Compression.** Send `Accept-Encoding: gzip`, as most clients do: texts of 1,000 bytes or more come
  compressed.
- **Amounts** are JSON numbers in the currency's major unit. Days are days in the store's time zone.
- **Ids in paths** are percent-encoded.
- **What counts.** A sale counts while its order was completed and not refunded at the same time or later,
  with its price less what was refunded in part. Everything is attributed to the day on which the order was
  created. `shared/domain/tallies.py` has the exact rules, `shared/domain/segment.py` those of the customer
  segments.
"""


def document() -> dict[str, Any]:
    """Return the document."""
    described = [one for one in operations() if one.answer is not None]
    refs, schemas = _schemas(described)
    paths: dict[str, dict[str, Any]] = {}
    for one in described:
        paths.setdefault(one.path, {})[one.method.lower()] = _describe(one, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tillpulse", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in described)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def write_json(written: Mapping[str, Any]) -> str:
    """Return the document as its file holds it."""
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


_Refs = Mapping[tuple[type[BaseModel], JsonSchemaMode], dict[str, Any]]


def _schemas(described: list[Operation]) -> tuple[_Refs, dict[str, Any]]:
    answers = [one.answer for one in described if one.answer is not type(None)]
    bodies = [one.endpoint.body for one in described if one.endpoint.body]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "serialization") for model in (ProblemDetails, *answers)),
        *((model, "validation") for model in bodies),
    ]
    refs, definitions = models_json_schema([*dict.fromkeys(wanted)], ref_template=_REF)
    return cast(_Refs, refs), cast(dict[str, Any], _tidied(definitions["$defs"]))


def _tidied(schema: Any) -> Any:
    """Return the schema without the titles that repeat names, and without defaults of null."""
    if isinstance(schema, list):
        return [_tidied(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and (key, value) != ("default", None)
    }


def _describe(one: Operation, refs: _Refs) -> dict[str, Any]:
    summary, _, description = inspect.cleandoc(one.view.__doc__ or "").partition("\n\n")
    described: dict[str, Any] = {
        "operationId": to_camel(one.view.__name__),
        "tags": [one.tag],
        "summary": " ".join(summary.split()),
        "description": f"{description}\n\n{_access(one.endpoint)}".strip(),
        "security": [] if one.endpoint.access is PUBLIC else [{"bearer": []}],
    }
    if one.function != MAIN:
        address = {one.function: {"default": f"https://{one.function}.example.com"}}
        served = f"The function `{one.function}`, which has an address of its own."
        described["servers"] = [{"url": f"{{{one.function}}}", "description": served, "variables": address}]
    if parameters := [*_parameters(one)]:
        described["parameters"] = parameters
    if body := one.endpoint.body:
        described["requestBody"] = {"required": True, "content": _content(refs[body, "validation"])}
    elif one.endpoint.raw_body:
        content = _content({"type": "object"})
        described["requestBody"] = {
            "required": True,
            "description": one.endpoint.raw_body,
            "content": content,
        }
    described["responses"] = {
        **dict(_successes(one, refs)),
        **{
            str(status.value): {
                "description": said,
                "content": _content(refs[ProblemDetails, "serialization"], "application/problem+json"),
            }
            for status, said in sorted(_problems(one).items())
        },
    }
    return described


def _access(endpoint: Endpoint) -> str:
    said = f"Who may call it: {endpoint.access.value}"
    return f"{said} Each call is in the audit trail, as `{endpoint.audited}`." if endpoint.audited else said


def _content(schema: Mapping[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {kind: {"schema": schema}}


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    identifier = TypeAdapter(Identifier).json_schema()
    for name in sorted(one.rule.arguments):
        said = re.sub("_id$", "'s id", name)
        yield _parameter(to_camel(name), "path", {"description": f"The {said}.", **identifier}, required=True)
    if query := one.endpoint.query:
        model = query.model_json_schema(mode="validation", ref_template=_REF)
        for name, field in model["properties"].items():
            schema = _without_null(_tidied(_inlined(field, model.get("$defs", {}))))
            yield _parameter(name, "query", schema, required=name in model.get("required", ()))
    for name, said in one.endpoint.headers.items():
        yield _parameter(name, "header", {"description": said, "type": "string"})
    if one.endpoint.conditional:
        said = "ETag of an earlier answer: 304 where it is still right."
        yield _parameter("If-None-Match", "header", {"description": said, "type": "string"})


def _parameter(name: str, place: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    description = schema.pop("description", "")
    return {"name": name, "in": place, "required": required, "description": description, "schema": schema}


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(value, definitions) for key, value in schema.items()}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without the null that a parameter can't be: it is left out instead."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(kinds) > 1:
        return {**rest, "anyOf": kinds}
    return {**kinds[0], **rest} if kinds else rest


def _successes(one: Operation, refs: _Refs) -> Iterator[tuple[str, Any]]:
    said = one.endpoint.statuses
    if one.answer is type(None):
        yield "204", {"description": said[HTTPStatus.NO_CONTENT]}
        return
    kind = one.answer.model_json_schema().get("contentMediaType", "application/json")
    content = _content(refs[one.answer, "serialization"], kind)
    summary = inspect.cleandoc(one.answer.__doc__ or "").partition("\n\n")[0]
    yield "200", {"description": " ".join(summary.split()), "content": content}
    if created := said.get(HTTPStatus.CREATED):
        yield "201", {"description": created, "content": content}
    if one.endpoint.conditional:
        yield "304", {"description": "Nothing changed since the answer that `If-None-Match` names."}


def _problems(one: Operation) -> dict[HTTPStatus, str]:
    """Return {status: when}: what follows from the declaration, and what it says itself."""
    endpoint, problems = one.endpoint, dict[HTTPStatus, str]()
    if one.rule.arguments or endpoint.query or endpoint.body:
        problems[HTTPStatus.BAD_REQUEST] = "The request is wrong; `errors` names the fields."
    if endpoint.body or endpoint.raw_body:
        problems[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = (
            f"The body has more than {endpoint.most_bytes:,} bytes."
        )
    if endpoint.access is not PUBLIC:
        problems[HTTPStatus.UNAUTHORIZED] = "The token is missing, wrong or expired."
        problems[HTTPStatus.SERVICE_UNAVAILABLE] = "A service that is needed did not answer; try again."
    refusals = []
    if endpoint.access not in {PUBLIC, SIGNED_IN}:
        refusals.append("The token does not allow it.")
    if endpoint.access is not PUBLIC and one.method != "GET":
        refusals.append("A browser sends the session's cookie from a page of another site.")
    if refusals:
        problems[HTTPStatus.FORBIDDEN] = " Or: ".join(refusals)
    return problems | {status: text for status, text in endpoint.statuses.items() if status >= 400}


def main() -> None:
    """Write the document and the page."""
    written = document()
    DOCUMENT.write_text(write_json(written), "utf-8")
    PAGE.write_text(api_page.write(written), "utf-8")


if __name__ == "__main__":
    main()
