"""How Pub/Sub may deliver: at least once, and in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from emulator.samples.event import SampleEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Messages in the order of their sending, and how many of them are late or repeated."""

    messages: tuple[SampleEvent, ...]
    late: int
    repeated: int


def deliver(
    events: Sequence[SampleEvent], *, seed: int = 1, late: float = 0.1, repeated: float = 0.1
) -> Delivery:
    """Return every event at least once: some behind events that happened after them, some a second time.

    Args:
        events: in the order of business time.
        seed: the same seed and the same events give the same delivery.
        late: share of the events that is held back, 0 to 1; 1 is a shuffle of everything.
        repeated: share of the events that is sent twice, the second time held back.
    """
    rng = Random(seed)  # noqa: S311  the same demonstration every time; nothing secret is drawn from it
    slots: list[tuple[float, SampleEvent]] = []
    held, twice = 0, 0
    for place, event in enumerate(events):
        if rng.random() < late:
            held += 1
            slots.append((rng.uniform(place, len(events)), event))
        else:
            slots.append((place, event))
        if rng.random() < repeated:
            twice += 1
            slots.append((rng.uniform(place, len(events)), event))
    slots.sort(key=lambda slot: slot[0])
    return Delivery(messages=tuple(event for _, event in slots), late=held, repeated=twice)
