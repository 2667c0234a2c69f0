"""Under which version, and for how long, the parts of a card are cached."""

import json

from shared.customers.cache import Put
from shared.customers.cached_card import KEPT_S, UNKNOWN_S, metrics_put, read_card


def test_metrics_are_cached_at_the_customers_version_so_that_older_ones_never_replace_them() -> None:
    puts = [metrics_put("s-1", "c-1", {"version": version}) for version in (7, 8)]
    assert [(put.version, put.ttl_s) for put in puts] == [(7, KEPT_S), (8, KEPT_S)]


def test_an_unknown_customer_is_cached_below_every_version_and_for_a_short_time() -> None:
    put = metrics_put("s-1", "c-1", None)
    assert (put.version, put.ttl_s, json.loads(put.value)) == (0, UNKNOWN_S, {"metrics": None})


def test_a_cached_value_of_another_format_counts_as_missing() -> None:
    for value in (b"", b"[]", b'{"metrics": {}}', b'{"metrics": {"total": 1}}'):
        card = read_card("s-1", [Put("key", value, version=1, ttl_s=KEPT_S), None, None])
        assert (card.metrics, card.is_whole) == (None, False)
