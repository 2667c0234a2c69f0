"""Each figure has a name, and says which code holds its rule."""

from __future__ import annotations

from functools import reduce
from importlib import import_module

import pytest

from shared.domain.figures import FIGURES, RULE_OF_SALES, SUMMARY
from shared.domain.tallies import TALLIES

REGISTRATIONS = {"registeredCustomers"}
"""Counted for the figures of customers, and shown as such alone."""

COUNTERS = sorted({counter for tally in TALLIES for counter in tally.counters} - REGISTRATIONS)


@pytest.mark.parametrize("counter", COUNTERS)
def test_whatever_an_order_adds_to_has_a_name_a_meaning_and_a_rule(counter: str) -> None:
    figure = FIGURES[counter]
    assert figure.label
    assert figure.meaning.endswith(".")
    assert figure.rules


@pytest.mark.parametrize("key", [figure.key for figure in SUMMARY])
def test_every_figure_of_the_summary_has_a_rule(key: str) -> None:
    assert FIGURES[key].rules


RULES = {rule for figure in FIGURES.values() for rule in figure.rules} | {RULE_OF_SALES}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_is_where_it_is_said_to_be(rule: str) -> None:
    file, _, symbol = rule.partition(": ")
    module = import_module(file.removesuffix(".py").replace("/", "."))
    found = reduce(getattr, symbol.split("."), module)
    defined = found.fget if isinstance(found, property) else found
    assert defined.__module__ == module.__name__
    assert defined.__doc__
