"""The dictionary never exceeds its size, and passes in a row see every key once."""

from hypothesis import given
from hypothesis import strategies as st

from shared.reconcile.smallest_keys import SmallestKeys

keys = st.text("abc", min_size=1, max_size=3)


@given(st.lists(keys, max_size=40), st.integers(2, 9))
def test_passes_in_a_row_count_everything_once_in_bounded_memory(stream: list[str], most: int) -> None:
    counted: dict[str, int] = {}
    kept: SmallestKeys[list[int]] = SmallestKeys("", "~", most)
    for _ in range(len(stream) + 1):
        for key in stream:
            entry = kept.admit(key, lambda: [0])
            if entry is not None:
                entry[0] += 1
        assert kept.most_held <= most
        for key, (n,) in kept.entries.items():
            assert kept.low < key <= kept.high
            assert counted.setdefault(key, n) == n
        if kept.is_last:
            break
        kept = kept.following("~")
    assert kept.is_last
    assert counted == {key: stream.count(key) for key in stream}


def test_keys_that_fit_take_one_pass() -> None:
    kept: SmallestKeys[None] = SmallestKeys("", "~", 3)
    for key in ("c", "a", "b", "a"):
        kept.admit(key, lambda: None)
    assert kept.is_last
    assert sorted(kept.entries) == ["a", "b", "c"]


def test_a_pass_begins_after_its_low_key_and_ends_with_its_high_key() -> None:
    kept: SmallestKeys[int] = SmallestKeys("b", "d", 9)
    assert [kept.admit(key, lambda: 1) for key in "abcde"] == [None, None, 1, 1, None]
