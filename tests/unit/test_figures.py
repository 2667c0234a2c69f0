"""The figures that people see."""

import pytest

from shared.domain.figures import FIGURES, SUMMARY, Figure, write_figures


def test_money_is_shown_in_major_units_and_everything_else_as_it_is() -> None:
    shown = [FIGURES["totalSales"], FIGURES["totalOrders"], FIGURES["percentage"]]
    amounts = {"totalSales": 12990, "totalOrders": 3, "percentage": 12.5, "somethingElse": 1}
    assert write_figures(shown, amounts, "BRL") == {
        "totalSales": 129.9, "totalOrders": 3, "percentage": 12.5
    }  # fmt: skip
    assert write_figures(shown, {}, "JPY") == {"totalSales": 0, "totalOrders": 0, "percentage": 0}


@pytest.mark.parametrize("figure", SUMMARY, ids=lambda figure: figure.key)
def test_every_figure_of_the_summary_explains_itself(figure: Figure) -> None:
    assert figure.meaning.endswith(".")
