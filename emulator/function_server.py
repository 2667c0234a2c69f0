"""functions-framework's own server, which keeps idle connections open.

gunicorn closes a connection after 2 idle seconds. A client that asks again at that very moment reads "remote
end closed connection", and the framework has no setting for it.
"""

from functions_framework._cli import _cli
from gunicorn.config import Keepalive

IDLE_S = 650
"""Longer than the 600 s for which Google's load balancers keep theirs."""

Keepalive.default = IDLE_S

if __name__ == "__main__":
    _cli()
