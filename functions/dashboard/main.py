"""The dashboard: its HTTP API and its pages."""

from flask import Blueprint

from shared.entry.web import entry_point


@entry_point
def dashboard() -> tuple[Blueprint, ...]:
    from shared.entry.routes import (
        audit,
        customer_data,
        customers,
        dead_letters,
        figures,
        health,
        lookups,
        missing_orders,
        orders,
        pages,
        reconciliations,
        recount,
        sessions,
        sign_in,
        stores,
    )

    return (
        figures.routes,
        customers.routes,
        orders.routes,
        customer_data.routes,
        stores.routes,
        dead_letters.routes,
        lookups.routes,
        missing_orders.routes,
        reconciliations.routes,
        recount.routes,
        audit.routes,
        sessions.routes,
        health.routes,
        pages.routes,
        sign_in.routes,
    )
