"""Waiting until the API has counted everything."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console

from emulator.demo.api import Api, DemoFailed
from emulator.demo.progress import progress
from emulator.demo.questions import questions_about, whole_range
from emulator.recount import Event, differences
from emulator.samples import STORES

PATIENCE_S = 60.0
_PAUSE_S = 1.0
_SETTLE_S = 3.0


def wait_for_answers(
    console: Console, api: Api, events: Sequence[Event], *, patience_s: float = PATIENCE_S
) -> list[str]:
    """Poll until every answer equals the recount, or until none has moved for `patience_s`.

    Args:
        console: shows how many orders the API counts so far.
        api: answers the questions.
        events: all that happened, in their wire form.
        patience_s: how long the answers may stand still before this gives up.

    Returns:
        One line for each figure that differs; empty when all is right.
    """
    began = moved = time.monotonic()
    seen, right = "", False
    orders = len([event for event in events if event[0] == "order-created"])
    took_s = 0.0
    with progress(console) as bar:
        task = bar.add_task("Counting orders  ", total=orders)
        while True:
            counted, wrong, state = _look(api, events)
            bar.update(task, completed=counted)
            if not wrong:
                if right:
                    break
                # Repeats may still be on their way: what is right now has to be right again.
                right, took_s = True, time.monotonic() - began
                time.sleep(_SETTLE_S)
                continue
            right = False
            if state != seen:
                seen, moved = state, time.monotonic()
            if time.monotonic() - moved > patience_s:
                console.print(
                    f"Gave up: no answer has moved for {patience_s:.0f} s."
                    " What a function says: python -m emulator logs order-created",
                    style="bold red",
                    soft_wrap=True,
                )
                return wrong
            time.sleep(_PAUSE_S)
    console.print(f"Counted {counted:,} orders; every answer was right after {took_s:.1f} s.")
    return []


def _look(api: Api, events: Sequence[Event]) -> tuple[int, list[str], str]:
    """Return how many orders are counted, what is wrong, and all answers as one comparable text."""
    now = datetime.now(UTC)
    counted, wrong, answers = 0, [], []
    for store in STORES:
        overall, *rest = [whole_range(store, now), *questions_about(store, now)]
        for question in (overall, *rest):
            try:
                answer = api.ask(question)
            except DemoFailed as error:
                wrong.append(f"{store.store_id}, {question.title}: {error}")
                continue
            place = f"{store.store_id}, {question.title}: "
            wrong += [place + line for line in differences(question.expected(events, now), answer)]
            answers.append({key: value for key, value in answer.items() if key != "generatedAt"})
            if question is overall:
                counted += answer["summary"]["totalOrders"]
    return counted, wrong, json.dumps(answers)
