"""The JSON Schemas in the repository are those of the code."""

from pathlib import Path

import pytest

from shared.messages.events import EVENTS
from shared.messages.schemas import write_schemas

SCHEMAS = Path(__file__).resolve().parents[2] / "infra" / "schemas"


def test_there_is_a_schema_for_each_event_and_no_other() -> None:
    assert {path.stem for path in SCHEMAS.iterdir()} == EVENTS.keys()


@pytest.mark.parametrize("topic", EVENTS)
def test_a_schema_is_what_make_schemas_writes(topic: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    name = f"{topic}.json"
    assert (SCHEMAS / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8")
