"""The whole benchmark, so little of everything that it only shows that it works."""

import json
from pathlib import Path

import pytest

from emulator.options import StackOptions
from tests.performance.rivals.postgres import find_postgres
from tests.performance.run import FAMILIES, run_bench
from tests.performance.sizes import Sizes

TINY = Sizes(
    rounds=1, orders=4, listed_orders=30, burst=120, paced=10, months=(100, 200), reads=2, requests=10,
    pushed=(20, 60), baskets=3, cold_starts=1,
)  # fmt: skip


def test_every_family_measures_itself_beside_its_rival(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = StackOptions(state_dir=tmp_path / "bench", ports={})
    run_bench(options, TINY, tmp_path, [name for name in FAMILIES if name != "cold starts"])
    rows = {row["name"]: row for row in json.loads((tmp_path / "bench.json").read_text("utf-8"))["rows"]}
    assert rows["pipeline, one hot store"]["target"] == ">= 0.9"
    assert next(row["met"] for name, row in rows.items() if name.startswith("pipeline, counted wrong"))
    assert rows["dashboard, 200 orders in the month, reads"]["ratio"] == 1
    assert rows["created, Firestore calls"]["value"] == 1
    assert rows["repeated, Firestore writes"]["value"] == 0
    assert all(row["value"] >= 0 for row in rows.values())
    if find_postgres():
        assert rows["apply, lists of 100"]["rival"].startswith("PostgreSQL")
    printed = capsys.readouterr().out
    assert "cached card, p50" in printed
    assert "cores; load averages" in printed
    assert "<svg" in (tmp_path / "bench.svg").read_text("utf-8")
