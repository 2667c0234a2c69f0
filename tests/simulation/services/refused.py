"""Transports of Google's client libraries that answer only some calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.simulation.violation import NotSimulated

_TransportT = TypeVar("_TransportT")


def refuse_others(transport: type[_TransportT]) -> type[_TransportT]:
    """Have every call that the class does not answer itself raise NotSimulated."""
    base = transport.__mro__[1]
    for name, attribute in vars(base).items():
        if isinstance(attribute, property) and name not in vars(transport) and name != "host":
            setattr(transport, name, _refusal(name))
    return transport


def _refusal(name: str) -> property:
    def refuse(*_: object, **__: object) -> None:
        raise NotSimulated(f"the code under test does not call {name}")

    found: Callable[[object], object] = lambda _: refuse  # noqa: E731
    return property(found)
