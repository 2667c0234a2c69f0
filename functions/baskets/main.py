"""Baskets: whose they are."""

from shared import runtime
from shared.entry.event_functions import reads
from shared.messages.decode import read_basket
from shared.messages.events import BasketStarted


@reads("basket-started", read_basket)
def basket_started(started: BasketStarted) -> dict[str, object]:
    """Recognise the basket's customer."""
    return runtime.customer_lookup().run(started)
