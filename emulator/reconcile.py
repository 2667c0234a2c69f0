"""Ask the running stack to compare a store's month with its orders."""

import http.client
import json
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
    host = urlsplit(state.urls["reconcile"]).netloc
    connection = http.client.HTTPConnection(host, timeout=_PATIENCE_S)
    body = json.dumps({"storeId": store_id, "month": month, "repair": repair})
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {state.token}"}
    try:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        report = json.loads(answer.read())
        if not isinstance(report, dict):
            raise ValueError("expected an object")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise StackError(f"{host} gave no answer: {error}; see: python -m emulator logs reconcile") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise StackError(f"not reconciled: {report.get('detail', report)}")
    return report
