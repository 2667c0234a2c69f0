"""How a call of a customer API can end."""

from enum import StrEnum


class CallOutcome(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    """Redirected, not allowed, not understood. Asked again at once, the API would refuse again."""


ANSWERED = frozenset({CallOutcome.FOUND, CallOutcome.UNKNOWN})

PASSING = frozenset(
    {
        CallOutcome.TIMEOUT,
        CallOutcome.CONNECTION_ERROR,
        CallOutcome.RATE_LIMITED,
        CallOutcome.SERVER_ERROR,
    }
)
"""Worth another try, and a sign that the API is in trouble."""
