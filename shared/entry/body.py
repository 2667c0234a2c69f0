"""Read a request's body before anything else about the request, and no more of it than its route takes."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES = 64 * 1024
"""What a body may have where its route says nothing else."""


def take_body(most_bytes: int) -> None:
    """Read the body, so that the view and the framework find it in memory.

    Raises:
        RequestEntityTooLarge: it is longer. One that announces its length is not read at all.
        ClientDisconnected: it ended early, or breaks the rules of HTTP.
    """
    # The two refer to each other: the body would stay in memory until the garbage collector runs.
    request.environ.pop("werkzeug.request", None)
    # One byte more: a body that does not announce its length is cut at this limit without a word.
    request.max_content_length = most_bytes + 1
    if len(request.get_data()) > most_bytes:
        raise RequestEntityTooLarge
