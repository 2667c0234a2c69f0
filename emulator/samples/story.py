"""What becomes of an order: paid, expired, paid late, refunded, disputed, corrected."""

from dataclasses import dataclass
from random import Random

_HOUR, _DAY = 60, 1440


@dataclass(frozen=True, slots=True)
class Step:
    """A status that comes `soonest` to `latest` minutes after the step before; it may amend the order."""

    status: str | int
    soonest: int
    latest: int
    amends: bool = False


_PAID, _PACKED, _SHIPPED = 3, 5, 6
_COMPLETED = Step("COMPLETED", 1, 90)
_EXPIRED = Step("EXPIRED", _DAY, _DAY + 10)

_STORIES: tuple[tuple[int, tuple[Step, ...]], ...] = (
    (30, (_COMPLETED,)),
    (22, (Step(_PAID, 1, 30), _COMPLETED, Step(_PACKED, 2 * _HOUR, 30 * _HOUR))),
    (12, (_COMPLETED, Step(_PACKED, _HOUR, _DAY), Step(_SHIPPED, _HOUR, _DAY))),
    (3, (Step("CREATED", 0, 1), _COMPLETED)),
    (3, (_COMPLETED, Step(_PACKED, _HOUR, 2 * _DAY, amends=True))),
    (2, (Step("COMPLETED", 5, 300, amends=True), Step(_PACKED, _HOUR, _DAY))),
    (1, (_COMPLETED, Step("COMPLETED", _HOUR, 6 * _DAY, amends=True))),
    (13, (_EXPIRED,)),
    (3, (_EXPIRED, Step("COMPLETED", 20, 2 * _DAY))),  # paid late
    (6, (_COMPLETED, Step("REFOUNDED", _DAY, 12 * _DAY))),
    (1, (Step(_PAID, 1, 30), Step("REFOUNDED", _HOUR, _DAY))),  # sold out after the payment
    (2, (_COMPLETED, Step("REFOUNDED", _DAY, 9 * _DAY), Step("COMPLETED", _DAY, 9 * _DAY))),  # dispute won
)

_SPELLINGS: dict[str | int, tuple[str | int, ...]] = {
    "COMPLETED": ("COMPLETED", 8),
    "EXPIRED": ("EXPIRED", 9),
    "REFOUNDED": ("REFOUNDED", 10, "REFUNDED"),
}


def what_becomes(rng: Random) -> tuple[Step, ...]:
    """Return one order's steps, in the order of time."""
    return rng.choices([steps for _, steps in _STORIES], [weight for weight, _ in _STORIES])[0]


def spelling(rng: Random, status: str | int) -> str | int:
    """Return a status as one of the ways in which the wire may write it."""
    return rng.choice(_SPELLINGS.get(status, (status,)))
