"""The JSON Schemas in the repository are those of the code."""

from dataclasses import replace
from pathlib import Path

import pytest

from emulator.topology import read_topology
from shared.dead_letters.publish import TOPIC as DEAD_LETTERS
from shared.messages.events import EVENTS, LISTED
from shared.messages.fold_asked import TOPIC as FOLD
from shared.messages.schemas import PUBLIC, json_schema, write_schemas

INFRA = Path(__file__).resolve().parents[2] / "infra"
SCHEMAS = INFRA / "schemas"


def test_there_is_a_schema_for_each_topic_of_events() -> None:
    topics = replace(read_topology(INFRA / "topology.json"), samples=()).topics()
    assert {path.stem for path in SCHEMAS.iterdir()} == PUBLIC.keys() == {*topics} - {DEAD_LETTERS, FOLD}


def test_topics_that_take_lists_say_so() -> None:
    says = {topic for topic in PUBLIC if "an array of up to 1000" in json_schema(topic).get("$comment", "")}
    assert says == LISTED == EVENTS.keys() - {"basket-started"}


@pytest.mark.parametrize("topic", PUBLIC)
def test_a_schema_is_what_make_schemas_writes(topic: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    name = f"{topic}.json"
    assert (SCHEMAS / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8")
