"""The push subscription of a function."""

from dataclasses import replace

from emulator.subscriptions import build_subscription
from emulator.topology import Delivery, FunctionSpec

DELIVERY = Delivery(
    ack_deadline_s=600,
    minimum_backoff_s=1,
    maximum_backoff_s=600,
    max_delivery_attempts=100,
    message_retention_days=7,
    dead_letter_topic="dead-letters",
)
FUNCTION = FunctionSpec(
    name="orders",
    source="functions/orders",
    entry_point="order_created",
    topic="order-created",
    schedule=None,
    publishes=(),
    concurrency=16,
    timeout_s=60,
    environment=(),
    secrets=(),
)


def test_it_pushes_with_a_dead_letter_topic() -> None:
    assert build_subscription(FUNCTION, DELIVERY, "p", 8100) == {
        "topic": "projects/p/topics/order-created",
        "pushConfig": {"pushEndpoint": "http://127.0.0.1:8100/projects/p/topics/order-created"},
        "ackDeadlineSeconds": 600,
        "messageRetentionDuration": "604800s",
        "expirationPolicy": {},
        "deadLetterPolicy": {"deadLetterTopic": "projects/p/topics/dead-letters", "maxDeliveryAttempts": 100},
    }


def test_what_keeps_dead_letters_does_not_send_them_round_again() -> None:
    keeper = replace(FUNCTION, topic="dead-letters")
    assert "deadLetterPolicy" not in build_subscription(keeper, DELIVERY, "p", 8100)
