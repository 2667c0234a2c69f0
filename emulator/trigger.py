"""Run a scheduled function now: nothing on the local stack keeps its schedule."""

import http.client
from urllib.parse import urlsplit

from emulator import local_http
from emulator.errors import StackError
from emulator.state import StackState
from emulator.topology import Topology


def trigger(state: StackState, topology: Topology, name: str) -> str:
    """Ask the function as Cloud Scheduler does and return its answer.

    Raises:
        StackError: it has no schedule, does not answer, or failed; the text says what to do.
    """
    scheduled = {function.name: function for function in topology.functions if function.schedule}
    if name not in scheduled:
        raise StackError(f"name one of the scheduled functions: {', '.join(sorted(scheduled))}")
    host = urlsplit(state.urls[name]).netloc
    try:
        status, answer = local_http.request(host, "POST", "/", timeout_s=float(scheduled[name].timeout_s))
    except (OSError, http.client.HTTPException) as error:
        raise StackError(f"{host} gave no answer: {error}; see: python -m emulator logs {name}") from error
    said = answer.decode("utf-8", "replace").strip()
    if status >= http.client.MULTIPLE_CHOICES:
        raise StackError(f"{name} answered {status}: {said}; see: python -m emulator logs {name}")
    return said
