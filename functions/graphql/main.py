"""The GraphQL API of the tills."""

from flask import Blueprint

from shared.entry.web import entry_point


@entry_point
def graphql() -> tuple[Blueprint, ...]:
    from shared.entry.routes import graphiql, health, tills

    return tills.routes, graphiql.routes, health.routes
