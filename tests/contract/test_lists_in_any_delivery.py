"""However a history is cut into messages, sent twice and interleaved, the counters equal a recount."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.recount import Event
from shared.ledger.group_commit import GroupCommit
from shared.ledger.in_flight import Arrivals
from shared.ledger.outcome import Outcome
from shared.messages.decode import decode
from tests.contract.backends import MemoryBackend, new_ledger
from tests.counted import counted, recount
from tests.unit.histories import histories

ZONE = "America/Sao_Paulo"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]]]:
    """Return a history, and the messages in which it arrives: each event once or twice, in any order."""
    history = draw(histories(max_size=12))
    again = draw(st.lists(st.sampled_from(history), max_size=4)) if history else []
    arriving = draw(st.permutations([*history, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(arriving)), max_size=6)))
    parts = zip([0, *cuts], [*cuts, len(arriving)], strict=True)
    return history, [arriving[start:end] for start, end in parts]


@given(deliveries(), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_lists_count_what_their_events_count(
    delivery: tuple[list[Event], list[list[Event]]], threads: int
) -> None:
    history, messages = delivery
    backend, told = MemoryBackend(), defaultdict[str, int](int)

    def follow(store_id: str, outcomes: list[Outcome]) -> list[Outcome]:
        told[store_id] += len(outcomes)
        return outcomes

    group = GroupCommit(new_ledger(backend), Arrivals(), wait_s=0.0, follow=follow)  # type: ignore[arg-type]

    def deliver(events: list[Event]) -> list[Outcome | Exception]:
        asked = [decode(topic, json.dumps(body).encode(), NOW) for topic, body in events]
        return group.apply_each([change for change in asked if change is not None])

    with ThreadPoolExecutor(threads) as pool:
        results = [result for message in pool.map(deliver, messages) for result in message]
    assert all(isinstance(result, Outcome) for result in results)
    assert sum(told.values()) == len(results), "what follows is asked for once for each event"
    for store_id in ("s-1", "s-2"):
        assert counted(backend, store_id) == recount(history, ZONE, store_id)
