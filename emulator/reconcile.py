"""Ask the running stack, as an admin, to reconcile a month or to move a store to another time zone."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from emulator.errors import StackError
from emulator.state import StackState

_PATIENCE_S = 3600.0


def ask_to_reconcile(state: StackState, store_id: str, month: str, *, repair: bool) -> dict[str, Any]:
    """Return the report.

    Raises:
        StackError: it was refused, or nothing answers; the text says why.
    """
    return _ask(state, "/", {"storeId": store_id, "month": month, "repair": repair})


def ask_to_move(state: StackState, store_id: str, timezone: str) -> Iterator[dict[str, Any]]:
    """Yield each answer until the move is finished. Wait for its `askAgainAfterSeconds` before the next.

    Raises:
        StackError: it was refused, or nothing answers; the text says why. Asking again goes on.
    """
    while True:
        progress = _ask(state, "/timezone", {"storeId": store_id, "timezone": timezone})
        yield progress
        if progress["finished"]:
            return


def _ask(state: StackState, path: str, question: dict[str, Any]) -> dict[str, Any]:
    host = urlsplit(state.urls["reconcile"]).netloc
    connection = http.client.HTTPConnection(host, timeout=_PATIENCE_S)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {state.token}"}
    try:
        connection.request("POST", path, json.dumps(question), headers)
        answer = connection.getresponse()
        report = json.loads(answer.read())
        if not isinstance(report, dict):
            raise ValueError("expected an object")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise StackError(f"{host} gave no answer: {error}; see: python -m emulator logs reconcile") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise StackError(f"refused: {report.get('detail', report)}")
    return report
