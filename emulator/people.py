"""Who may sign in on the local stack: one person for each kind of access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from emulator.samples.stores import STORES

_AURORA, _KUMO = STORES


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, and what their tokens grant."""

    name: str
    email: str
    access: str
    stores: Sequence[str] | Literal["*"]
    roles: Sequence[str]


PEOPLE = (
    Person(
        name="Ana Ribeiro",
        email="ana@tillpulse.example",
        access="Admin of all stores",
        stores="*",
        roles=["admin"],
    ),
    Person(
        name="Davi Costa",
        email="davi@tillpulse.example",
        access=f"Admin of {_AURORA.name}",
        stores=[_AURORA.store_id],
        roles=["admin"],
    ),
    Person(
        name="Bia Martins",
        email="bia@tillpulse.example",
        access=f"Viewer of {_AURORA.name}",
        stores=[_AURORA.store_id],
        roles=["viewer"],
    ),
    Person(
        name="Kenji Mori",
        email="kenji@tillpulse.example",
        access=f"Till of {_KUMO.name}",
        stores=[_KUMO.store_id],
        roles=["till"],
    ),
)
