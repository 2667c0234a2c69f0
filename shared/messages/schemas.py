"""Write the JSON Schemas of the events: `python -m shared.messages.schemas FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.messages.events import EVENTS, LISTED, MOST_EVENTS
from shared.messages.outgoing import OUTGOING

PUBLIC = EVENTS | OUTGOING
"""The event on each topic that other applications publish to or read from."""


class _Untitled(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - overrides
        return False


def json_schema(topic: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the event on the topic."""
    schema = PUBLIC[topic].model_json_schema(by_alias=True, schema_generator=_Untitled)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"tillpulse:{topic}"}
    if topic in LISTED:
        head["$comment"] = f"A message holds one such event, or an array of up to {MOST_EVENTS}."
    return head | schema


def write_schemas(folder: Path) -> None:
    """Write one `<topic>.json` for each event into the folder."""
    for topic in PUBLIC:
        text = json.dumps(json_schema(topic), indent=2, ensure_ascii=False)
        (folder / f"{topic}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
