"""Orders from Pub/Sub to the dashboard, whatever happens on the way."""

from emulator.stack import LocalStack
from tests.end_to_end.scenario import Scenario
from tests.patience import wait_for
from tests.running_stack import crash


def test_every_order_counts_once_although_the_functions_are_killed(stack: LocalStack) -> None:
    with Scenario(stack, "killed", orders=300) as scenario:
        scenario.publish()
        scenario.wait_until_counting()
        for _ in range(2):
            crash(stack, "order-created", "order-status-changed")
        scenario.wait_until_exact()


def test_an_outage_of_firestore_loses_nothing(stack: LocalStack) -> None:
    assert stack.firestore_proxy is not None
    log = stack.processes["order-created"].command.log
    with Scenario(stack, "outage", orders=200) as scenario:
        scenario.publish()
        scenario.wait_until_counting()
        before = len(log.read_text())
        stack.firestore_proxy.cut()
        wait_for(lambda: "StoreUnavailable" in log.read_text()[before:])
        stack.firestore_proxy.mend()
        scenario.wait_until_exact()


def test_an_outage_of_valkey_leaves_every_card_exact(stack: LocalStack) -> None:
    with Scenario(stack, "cards", orders=200) as scenario:
        scenario.publish()
        scenario.wait_until_counting()
        stack.processes["valkey"].stop()
        customer = next(
            event.data["order"]["customerId"]
            for event in scenario.events
            if event.topic == "order-created" and event.data["order"]["customerId"]
        )
        answer = scenario.card(scenario.stores[0].store_id, customer)
        assert answer.headers["X-Cache"] == "BYPASS"
        stack.processes["valkey"].start()
        scenario.wait_until_exact(with_cards=True)
