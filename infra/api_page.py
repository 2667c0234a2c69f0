"""docs/API.md, from the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

Schema = Mapping[str, Any]

_INTRO = """# HTTP API

The function `dashboard` serves everything here, unless a request names another. Its `GET /openapi.json` is
the same as an OpenAPI 3.1 document. Events are in [EVENTS.md](EVENTS.md), with examples of every webhook and
of the tills' GraphQL. `make openapi` writes this page from the code.
"""


def write(document: Mapping[str, Any]) -> str:
    """Return the page."""
    return "\n".join(_Page(document).lines()).rstrip() + "\n"


class _Page:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]

    def lines(self) -> Iterator[str]:
        yield _INTRO
        yield self._document["info"]["description"]
        for tag in self._document["tags"]:
            yield f"## {tag['name']}\n"
            for path, methods in self._document["paths"].items():
                for method, operation in methods.items():
                    if tag["name"] in operation["tags"]:
                        yield from self._operation(path, method.upper(), operation)
        yield "## Objects\n"
        for name, schema in self._schemas.items():
            if "properties" in schema:
                yield f"### {name}\n\n{schema['description']}\n"
                yield "| Field | Type | Meaning |\n| --- | --- | --- |"
                for field, inner in schema["properties"].items():
                    yield f"| `{field}` | {self._kind(inner)} | {self._meaning(inner)} |"
                yield ""

    def _operation(self, path: str, method: str, operation: Schema) -> Iterator[str]:
        yield f"### {method} {path}\n"
        yield f"{operation['summary']}\n"
        yield f"{operation['description']}\n"
        for server in operation.get("servers", ()):
            yield f"Served by: {server['description']}\n"
        body: Schema = operation.get("requestBody", {})
        sent: Schema = body["content"]["application/json"]["schema"] if body else {}
        if not body or "$ref" in sent:
            yield f"```bash\n{self._curl(path, method, operation, sent)}\n```\n"
        if parameters := operation.get("parameters"):
            yield "| Parameter | In | Type | Meaning |\n| --- | --- | --- | --- |"
            for one in parameters:
                may_miss = not one["required"] and "default" not in one["schema"]
                kind = self._kind(one["schema"]) + ", optional" * may_miss
                yield f"| `{one['name']}` | {one['in']} | {kind} | {_cell(one['description'])} |"
            yield ""
        if body:
            yield f"Body: {body.get('description') or self._kind(sent)}\n"
        yield "| Status | Answer | Meaning |\n| --- | --- | --- |"
        for status, answer in operation["responses"].items():
            kinds = [self._kind(content["schema"]) for content in answer.get("content", {}).values()]
            yield f"| {status} | {', '.join(kinds)} | {_cell(answer['description'])} |"
        yield ""
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if answer and "properties" in self._resolve(answer["schema"]):
            example = self._example(answer["schema"])
            yield f"```json\n{_written(example)}\n```\n"

    def _meaning(self, schema: Schema) -> str:
        return _cell(schema.get("description", self._resolve(schema).get("description", "")))

    def _resolve(self, schema: Schema) -> Schema:
        """Return the schema behind references, and behind "or null"."""
        if "$ref" in schema:
            return self._resolve(self._schemas[_name(schema)])
        kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
        return {**self._resolve(kinds[0]), **schema} if len(kinds) == 1 else schema

    def _kind(self, schema: Schema) -> str:
        if "$ref" in schema and "properties" in self._schemas[_name(schema)]:
            return f"[{_name(schema)}](#{_name(schema).lower()})"
        if "anyOf" in schema:
            kinds = " or ".join(self._kind(kind) for kind in schema["anyOf"])
            return ", ".join([kinds, *_limits(schema)])
        schema = self._resolve(schema)
        if schema.get("type") == "array":
            return f"list of {self._kind(schema['items'])}"
        if "const" in schema or "enum" in schema:
            kind = ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
        else:
            kind = schema.get("format") or schema.get("type", "any")
        return ", ".join([kind, *_limits(schema)])

    def _example(self, schema: Schema) -> Any:
        schema = self._resolve(schema)
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        match schema.get("type"):
            case "object":
                return {
                    name: self._example(field)
                    for name, field in schema.get("properties", {}).items()
                    if name in schema.get("required", ()) or "examples" in field
                }
            case "array":
                return [self._example(schema["items"])]
            case "integer" | "number":
                return schema.get("default") or schema.get("minimum", 1) or 1
            case "boolean":
                return schema.get("default", True)
        return schema.get("const") or schema.get("default") or "…"

    def _curl(self, path: str, method: str, operation: Schema, sent: Schema) -> str:
        # A token of several stores has to name one.
        needed = [
            one for one in operation.get("parameters", ()) if one["required"] or one["name"] == "storeId"
        ]
        query = "&".join(
            f"{one['name']}={self._example(one['schema'])}" for one in needed if one["in"] == "query"
        )
        for name, value in {
            "{storeId}": "s-1",
            "{customerId}": "c-1",
            "{letterId}": "$LETTER",
            "{callId}": "$CALL",
        }.items():
            path = path.replace(name, value)
        verb = "" if method == "GET" else f"-X {method} "
        (address,) = operation.get("servers", [{}])[0].get("variables", {"dashboard": ...})
        lines = [f'curl {verb}"${address.upper()}{path}{"?" if query else ""}{query}"']
        if operation["security"]:
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if sent:
            lines.append(f"--json '{json.dumps(self._example(sent), ensure_ascii=False)}'")
        return " \\\n  ".join(lines)


def _name(schema: Schema) -> str:
    return cast(str, schema["$ref"]).rpartition("/")[2]


def _limits(schema: Schema) -> Iterator[str]:
    """Yield the limits that people care about; those of 64-bit numbers go without saying."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is not None:
        yield f"{least} to {most}"
    if schema.get("maxLength"):
        yield f"at most {schema['maxLength']} characters"
    if schema.get("default") not in (None, "", {}):
        yield f"default `{json.dumps(schema['default'])}`".replace('"', "")


def _written(example: Any) -> str:
    """Return the example as JSON, each list of plain values on one line."""
    text = json.dumps(example, indent=2, ensure_ascii=False)
    return re.sub(r"\[([^][{}]*)\]", lambda plain: f"[{' '.join(plain[1].split())}]", text)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
