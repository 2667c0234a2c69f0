"""One JSON line per log record, in Cloud Logging's field names."""

from __future__ import annotations

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

_log = logging.getLogger("tillpulse")


def get_log(level: str) -> logging.Logger:
    """Return the project's logger, which writes to standard output. Messages are constant, fields `extra`."""
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        formatter = JsonFormatter(
            "{levelname}{message}",
            style="{",
            rename_fields={"levelname": "severity", "exc_info": "stack_trace"},
            timestamp="time",
        )
        handler.setFormatter(formatter)
        _log.addHandler(handler)
        _log.propagate = False
    _log.setLevel(level)
    return _log
