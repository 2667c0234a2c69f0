"""Rows of the benchmark as verdicts, JSON, a table and plots."""

import json
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as Xml

import pytest
from rich.console import Console

from tests.performance.plot import medians, write_plot
from tests.performance.rows import Row, Target
from tests.performance.run import write_files
from tests.performance.table import number, print_table

ALONE = Row(name="baskets, p50", value=40.0, unit="ms")
RATED = Row(
    name="apply, lists of 100", value=1900.0, unit="events/s", spread=(1500.0, 2000.0),
    target=Target(sense=">=", limit=8), bound="the emulator",
).against("textbook", 250.0, 7.6, (6.0, 8.5))  # fmt: skip


@pytest.mark.parametrize(
    ("sense", "limit", "ratio", "met"),
    [(">=", 8, 8.0, True), (">=", 8, 7.99, False), ("<=", 1.5, 1.5, True), ("<=", 1.5, 1.51, False)],
)
def test_a_target_limits_the_ratio(sense: Literal["<=", ">="], limit: float, ratio: float, met: bool) -> None:
    row = Row(name="x", value=1.0, unit="ms", target=Target(sense=sense, limit=limit))
    assert row.against("y", 1.0, ratio).met is met


def test_without_a_rival_a_target_limits_the_value() -> None:
    assert Row(name="x", value=1.0, unit="orders", target=Target(sense="<=", limit=0)).met is False


def test_json_holds_every_row_with_its_verdict(tmp_path: Path) -> None:
    write_files([RATED, ALONE], tmp_path)
    rows = json.loads((tmp_path / "bench.json").read_text("utf-8"))["rows"]
    assert rows[0] == {
        "name": "apply, lists of 100", "value": 1900.0, "unit": "events/s", "rival": "textbook", "ratio": 7.6,
        "target": ">= 8", "met": False, "rival_value": 250.0, "spread": [1500.0, 2000.0],
        "ratio_spread": [6.0, 8.5], "bound": "the emulator",
    }  # fmt: skip
    assert (rows[1]["name"], rows[1]["rival"], rows[1]["met"]) == ("baskets, p50", None, None)


def test_the_table_shows_figures_verdicts_and_limits() -> None:
    text = _printed(140)
    assert "1,900 events/s (1,500 to 2,000)" in text
    assert "textbook: 250" in text
    assert "7.60 (6 to 8.50)" in text
    assert ">= 8 missed" in text
    assert "What limits apply, lists of 100, and rows like it: the emulator." in text
    assert "a note" in text


def test_a_narrow_terminal_loses_nothing() -> None:
    words = _printed(60).split()
    assert {"apply,", "lists", "1,900", "textbook:", "250", "7.60", "missed", "baskets,"} <= set(words)


@pytest.mark.parametrize(
    ("value", "shown"), [(4, "4"), (0.0, "0"), (12345.6, "12,346"), (1.234, "1.23"), (45.67, "45.7")]
)
def test_numbers_show_the_digits_that_matter(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_plot_holds_every_contender_once_the_highest_first() -> None:
    other = RATED.against("PostgreSQL", 2500.0, 0.8)
    slow = Row(name="apply, one by one", value=300.0, unit="events/s").against("textbook", 250.0, 1.2)
    assert medians([RATED, other, slow, ALONE], "events/s") == [
        ("PostgreSQL", 2500.0, False), ("apply, lists of 100", 1900.0, True),
        ("apply, one by one", 300.0, True), ("textbook", 250.0, False),
    ]  # fmt: skip


def test_a_plot_is_a_picture_with_a_name_at_each_bar(tmp_path: Path) -> None:
    write_plot([RATED], "events/s", tmp_path / "plot.svg")
    text = (tmp_path / "plot.svg").read_text("utf-8")
    assert Xml.fromstring(text).tag.endswith("svg")  # noqa: S314 - made by this test
    assert {"<!-- textbook -->", "<!-- apply, lists of 100 -->"} <= {*map(str.strip, text.splitlines())}


def test_a_unit_without_rows_has_no_plot(tmp_path: Path) -> None:
    write_plot([ALONE], "events/s", tmp_path / "plot.svg")
    assert not [*tmp_path.iterdir()]


def _printed(width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        print_table(console, [RATED, ALONE], ["a note"])
    return capture.get()
