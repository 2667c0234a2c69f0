"""What dead letters rely on in the list of functions."""

from emulator.options import REPOSITORY
from emulator.topology import read_topology
from shared.dead_letters.publish import TOPIC
from shared.messages.events import EVENTS
from shared.messages.fold_asked import TOPIC as FOLD

TOPOLOGY = read_topology(REPOSITORY / "infra" / "topology.json")
READ = {function.topic for function in TOPOLOGY.functions if function.topic} - {TOPIC}


def test_an_event_function_is_named_as_its_topic() -> None:
    """A letter that Pub/Sub forwards names its subscription, which is all that is known of its origin."""
    for function in TOPOLOGY.functions:
        if function.topic in READ:
            assert function.name == function.topic
            assert function.entry_point == function.name.replace("-", "_")


def test_every_topic_that_is_read_can_be_replayed_to() -> None:
    assert {*EVENTS, FOLD} == READ
    (dashboard,) = [function for function in TOPOLOGY.functions if function.name == "dashboard"]
    assert set(dashboard.publishes) >= READ


def test_dead_letters_are_kept_and_their_function_has_none_of_its_own() -> None:
    assert TOPOLOGY.delivery.dead_letter_topic == TOPIC
    (keeper,) = [function for function in TOPOLOGY.functions if function.topic == TOPIC]
    assert keeper.publishes == ()
