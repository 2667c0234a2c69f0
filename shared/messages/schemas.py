"""Write the JSON Schemas of the events: `python -m shared.messages.schemas FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from shared.messages.events import EVENTS, json_schema


def write_schemas(folder: Path) -> None:
    """Write one `<topic>.json` for each event into the folder."""
    for topic in EVENTS:
        text = json.dumps(json_schema(topic), indent=2, ensure_ascii=False)
        (folder / f"{topic}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
