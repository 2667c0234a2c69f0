"""Show the best customers of a store with their quick metrics, and compare these with the recount."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from emulator.demo.api import Api
from emulator.demo.report import write
from emulator.recount import Event, differences, recount_customers
from emulator.samples import SampleStore
from shared.domain.figures import FIGURES

_SHOWN = 3


def show_best_customers(console: Console, api: Api, store: SampleStore, events: Sequence[Event]) -> list[str]:
    """Print the best customers and their cards.

    Returns:
        One line for each figure of a card that differs from the recount of the events.
    """
    known = recount_customers(events, store_id=store.store_id, currency=store.currency)
    figures = (FIGURES["totalSpent"], FIGURES["totalOrders"], FIGURES["refundRate"])
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Best customers", no_wrap=True)
    for title in (*(figure.label for figure in figures), "Last order"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Segment", no_wrap=True)
    wrong = []
    for customer_id in api.best_customers(store.store_id, _SHOWN):
        card = api.card(store.store_id, customer_id)
        place = f"{store.store_id}, customer {customer_id}: "
        wrong += [place + line for line in differences(known[customer_id], card)]
        table.add_row(
            customer_id,
            *(write(figure, card[figure.key], store.currency) for figure in figures),
            f"{card['daysSinceLastOrder']} d ago",
            card["segment"],
        )
    console.print(table)
    return wrong
