"""Trying again while others change what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from google.api_core.exceptions import RetryError
from google.api_core.retry import Retry, if_exception_type

from shared.documents.store import PreconditionLost
from shared.errors import StoreContended

_Result = TypeVar("_Result")
_ATTEMPTS_S = 5.0


def until_undisturbed(attempt: Callable[[], _Result]) -> _Result:
    """Return what the attempt returns, made again with jitter as long as others change what it read.

    Raises:
        StoreContended: they did so for seconds; nothing was written.
    """
    retry = Retry(
        predicate=if_exception_type(PreconditionLost, StoreContended),
        initial=0.02, maximum=0.5, multiplier=2.0, timeout=_ATTEMPTS_S,
    )  # fmt: skip
    try:
        return retry(attempt)()
    except RetryError as error:
        raise StoreContended(f"other writers kept winning for {_ATTEMPTS_S} s") from error
