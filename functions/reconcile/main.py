"""Reconciliation: tallies are compared with the orders, by hand and every night; cards are written again."""

from flask import Blueprint

from shared.entry.web import entry_point


@entry_point
def reconcile() -> tuple[Blueprint, ...]:
    from shared.entry.routes import reconciliations, zones

    by_hand = Blueprint("by_hand", __name__)
    by_hand.post("/")(reconciliations.reconcile_month)
    return by_hand, reconciliations.routes, zones.routes


@entry_point
def reconcile_all() -> tuple[Blueprint, ...]:
    from shared.entry.routes import nightly

    return (nightly.routes,)


@entry_point
def warm_cards() -> tuple[Blueprint, ...]:
    from shared.entry.routes import warming

    return (warming.routes,)
