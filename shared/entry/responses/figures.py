"""The figures of `shared.domain.figures` as fields of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, create_model

from shared.domain.figures import Figure, Kind
from shared.entry.responses import Count, Shown

_ShownT = TypeVar("_ShownT", bound=Shown)

_TYPES: Mapping[Kind, Any] = {Kind.MONEY: float, Kind.COUNT: Count, Kind.PERCENT: float}
_EXAMPLES: Mapping[str, float] = {
    "totalSales": 14_210.5,
    "totalOrders": 120,
    "totalCompletedOrders": 100,
    "averageTicket": 142.11,
    "totalCustomers": 830,
    "newCustomers": 41,
    "ordersWithCoupon": 30,
    "ordersWithoutCoupon": 70,
    "totalSpent": 14_210.5,
    "completionRate": 83.33,
    "refundRate": 2.5,
    "totalRefundedOrders": 3,
    "percentage": 10.23,
    "ordersOfCustomers": 110,
    "firstOrders": 70,
    "returningOrders": 40,
    "returningRate": 36.36,
    "totalSalesAmount": 2310.0,
}
"""Where 12 would look odd beside the others."""


def with_figures(figures: Iterable[Figure], **meanings: str) -> Callable[[type[_ShownT]], type[_ShownT]]:
    """Decorate a model: add a field for each figure, explained by its meaning or by what is given here."""
    return with_fields(
        {
            figure.key: Annotated[
                _TYPES[figure.kind],
                Field(
                    description=meanings.get(figure.key, figure.meaning),
                    examples=[_EXAMPLES.get(figure.key, 12)],
                ),
            ]
            for figure in figures
        }
    )


def with_fields(annotations: Mapping[str, Any]) -> Callable[[type[_ShownT]], type[_ShownT]]:
    """Decorate a model: add required fields, {name: type}."""

    def add(model: type[_ShownT]) -> type[_ShownT]:
        fields: dict[str, Any] = {name: (kind, ...) for name, kind in annotations.items()}
        return create_model(
            model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__, **fields
        )

    return add
