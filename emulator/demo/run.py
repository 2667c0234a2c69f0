"""The demonstration, from provisioning to the last comparison."""

import io
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console

from emulator.demo.api import Api, DemoFailed
from emulator.demo.baskets import name_customers, show_baskets
from emulator.demo.customers import show_best_customers
from emulator.demo.discounts import receive
from emulator.demo.publish import publish
from emulator.demo.questions import Question, questions_about, whole_range
from emulator.demo.report import dashboard_panel, print_access
from emulator.demo.wait import wait_for_answers
from emulator.samples import STORES, deliver, sample_events

_SHOWN = 40
_NAMED = (25, 20)
"""Of how many of the best customers of each store tills ask; a caller may start 60 baskets a minute."""


class RunningStack(Protocol):
    """What the demonstration needs to know of the local stack (`.local/stack.json`)."""

    @property
    def project_id(self) -> str: ...
    @property
    def pubsub_host(self) -> str: ...
    @property
    def urls(self) -> Mapping[str, str]: ...
    @property
    def token(self) -> str: ...


def run_demo(stack: RunningStack, *, once: bool, orders: int = 2000, seed: int = 1) -> int:
    """Send sample orders, some late and some repeated, and show what the API answers.

    Args:
        stack: the running stack; it is left running.
        once: return after the comparison instead of waiting for Ctrl-C.
        orders: how many sample orders, over both stores.
        seed: the same seed on the same day sends the same orders.

    Returns:
        The exit code: 0 only if every answer equals the recount.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # some terminals cannot print the bars
    console = Console(highlight=False)
    api = Api(stack.urls["dashboard"], stack.token)
    try:
        code = _demonstrate(console, stack, api, orders, seed)
    except DemoFailed as error:
        console.print(f"The demonstration stopped: {error}", style="bold red", markup=False)
        return 1
    if not once:
        _stay_up(console)
    return code


def _demonstrate(console: Console, stack: RunningStack, api: Api, orders: int, seed: int) -> int:
    for store in STORES:
        api.provision(store)
    _warn_of_other_orders(console, api)
    events = sample_events(datetime.now(UTC), orders=orders, seed=seed)
    delivery = deliver(events, seed=seed)
    publish(console, stack.project_id, stack.pubsub_host, delivery)
    differences = wait_for_answers(console, api, events)
    for store in STORES:
        console.print()
        console.print(dashboard_panel(store.name, api.dashboard(store.store_id)))
        differences += show_best_customers(console, api, store, events)
    console.print()
    _print_verdict(console, len(events), differences)
    console.print()
    till = Api(stack.urls["graphql"], stack.token)
    for store, most in zip(STORES, _NAMED, strict=True):
        name_customers(till, store.store_id, api.nameless_customers(store.store_id, most))
    with receive(stack.project_id) as discounts:
        show_baskets(console, till, STORES[0].store_id, discounts)
    console.print()
    print_access(console, stack.urls, stack.token)
    return 1 if differences else 0


def _warn_of_other_orders(console: Console, api: Api) -> None:
    now = datetime.now(UTC)
    held = sum(_orders(api, whole_range(store, now)) for store in STORES)
    if held:
        console.print(
            f"The sample stores already hold {held:,} orders. Those of the same day and seed change nothing;"
            " after others, start from an empty stack: python -m emulator down.",
            style="yellow",
        )


def _orders(api: Api, question: Question) -> int:
    return int(api.ask(question)["summary"]["totalOrders"])


def _print_verdict(console: Console, events: int, differences: list[str]) -> None:
    now = datetime.now(UTC)
    if not differences:
        console.print(f"Every answer equals a recount of the {events:,} events:", style="bold green")
        for store in STORES:
            periods = ", ".join(question.title for question in questions_about(store, now))
            console.print(f"  {store.name:<12} {periods}", soft_wrap=True)
        return
    console.print(f"{len(differences)} figures differ from the recount:", style="bold red")
    for line in differences[:_SHOWN]:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if len(differences) > _SHOWN:
        console.print(f"  and {len(differences) - _SHOWN} more")


def _stay_up(console: Console) -> None:
    console.print("The stack stays up. Ctrl-C ends it.", style="dim")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print()
