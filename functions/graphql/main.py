"""The GraphQL API of the tills."""

from shared.entry.routes import graphiql, health, tills
from shared.entry.web import entry_point

graphql = entry_point("graphql", tills.routes, graphiql.routes, health.routes)
