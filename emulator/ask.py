"""Ask functions of the running stack for what the commands do, as an admin or as Cloud Scheduler."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from emulator import local_http
from emulator.errors import StackError
from emulator.state import StackState
from emulator.topology import Topology

_RECONCILE_PATIENCE_S = 3600.0


def reconcile(state: StackState, store_id: str, month: str, *, repair: bool) -> dict[str, Any]:
    """Return the report of a month's reconciliation.

    Raises:
        StackError: it was refused, or nothing answers; the text says why.
    """
    return _ask_reconcile(state, "/", {"storeId": store_id, "month": month, "repair": repair})


def move_to_zone(state: StackState, store_id: str, timezone: str) -> Iterator[dict[str, Any]]:
    """Yield each answer until the move is finished. Wait for its `askAgainAfterSeconds` before the next.

    Raises:
        StackError: it was refused, or nothing answers; the text says why. The next call continues.
    """
    while True:
        progress = _ask_reconcile(state, "/timezone", {"storeId": store_id, "timezone": timezone})
        yield progress
        if progress["finished"]:
            return


def trigger(state: StackState, topology: Topology, name: str) -> str:
    """Run a scheduled function as Cloud Scheduler does, and return its answer.

    Raises:
        StackError: it has no schedule, does not answer, or failed; the text says what to do.
    """
    scheduled = {function.name: function for function in topology.functions if function.schedule}
    if name not in scheduled:
        raise StackError(f"name one of the scheduled functions: {', '.join(sorted(scheduled))}")
    status, answer = _post(state, name, "/", timeout_s=float(scheduled[name].timeout_s))
    text = answer.decode("utf-8", "replace").strip()
    if status >= http.client.MULTIPLE_CHOICES:
        raise StackError(f"{name} answered {status}: {text}; see: python -m emulator logs {name}")
    return text


def _ask_reconcile(state: StackState, path: str, question: dict[str, Any]) -> dict[str, Any]:
    status, answer = _post(
        state, "reconcile", path, question, token=state.token, timeout_s=_RECONCILE_PATIENCE_S
    )
    try:
        report = json.loads(answer)
        if not isinstance(report, dict):
            raise TypeError
    except (TypeError, ValueError):
        raise StackError("reconcile gave no answer in JSON; see: python -m emulator logs reconcile") from None
    if status != http.client.OK:
        raise StackError(f"refused: {report.get('detail', report)}")
    return report


def _post(
    state: StackState,
    function: str,
    path: str,
    body: object = None,
    *,
    timeout_s: float,
    token: str | None = None,
) -> tuple[int, bytes]:
    host = urlsplit(state.urls[function]).netloc
    try:
        return local_http.request(host, "POST", path, body, timeout_s=timeout_s, token=token)
    except (OSError, http.client.HTTPException) as error:
        raise StackError(
            f"{host} gave no answer: {error}; see: python -m emulator logs {function}"
        ) from error
