"""What the stack reports while it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One part of the stack starts or is ready. `seconds` since the stack began to start."""

    name: str
    state: Literal["starting", "ready"]
    detail: str
    seconds: float


Report = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Report nothing."""
