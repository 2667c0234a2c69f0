"""A window never holds more than it may, and windows in a row see every key once."""

from hypothesis import given
from hypothesis import strategies as st

from shared.reconcile.window import Window

keys = st.text("abc", min_size=1, max_size=3)


@given(st.lists(keys, max_size=40), st.integers(2, 9))
def test_windows_in_a_row_count_everything_once_in_bounded_memory(stream: list[str], most: int) -> None:
    counted: dict[str, int] = {}
    window: Window[list[int]] = Window("", "~", most)
    for _ in range(len(stream) + 1):
        for key in stream:
            entry = window.admit(key, lambda: [0])
            if entry is not None:
                entry[0] += 1
        assert window.most_held <= most
        for key, (n,) in window.entries.items():
            assert window.low < key <= window.high
            assert counted.setdefault(key, n) == n
        if window.is_last:
            break
        window = window.following("~")
    assert window.is_last
    assert counted == {key: stream.count(key) for key in stream}


def test_what_fits_takes_one_window() -> None:
    window: Window[None] = Window("", "~", 3)
    for key in ("c", "a", "b", "a"):
        window.admit(key, lambda: None)
    assert window.is_last
    assert sorted(window.entries) == ["a", "b", "c"]


def test_a_window_begins_after_its_low_key_and_ends_with_its_high_one() -> None:
    window: Window[int] = Window("b", "d", 9)
    assert [window.admit(key, lambda: 1) for key in "abcde"] == [None, None, 1, 1, None]
