"""Cut a file into Pub/Sub messages."""

import json

from emulator.errors import StackError


def split_messages(text: str) -> list[bytes]:
    """Return one message for a JSON document, or one for each line of JSON Lines.

    The bytes are those of the file, so that an amount such as 129.90 arrives as it was written.

    Raises:
        StackError: neither the whole nor each line is JSON; names the first bad line.
    """
    if _is_json(text):
        return [text.strip().encode()]
    messages = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not _is_json(line):
            raise StackError(f"line {number} is no JSON: {line.strip()[:80]}")
        messages.append(line.strip().encode())
    if not messages:
        raise StackError("there is nothing to publish: expected a JSON document, or one on each line")
    return messages


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
