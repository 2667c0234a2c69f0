"""What a commit defers is what it would have added, however deltas are grouped and ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.documents import MemoryDocuments
from shared.documents import deltas
from shared.documents.deltas import Delta, defer, delta_id, encode, total
from shared.documents.paths import Path, customer_path, order_path, store_path, tally_path
from shared.documents.store import ABSENT, MOST_TRANSFORMS, DocumentDelete, DocumentWrite, Write
from shared.domain.period import Month
from shared.domain.tallies import COUPONS, PRODUCT_MONTHS, STORE_MONTHS
from tests.builders import NOON

STORE = store_path("s/1")
NOVEMBER = Month(2026, 11)
PATHS = [
    tally_path("s/1", STORE_MONTHS, NOVEMBER),
    tally_path("s/1", PRODUCT_MONTHS, NOVEMBER, "p.1/ü"),
    tally_path("s/1", COUPONS, of="10%"),
]
FIELDS = st.sampled_from([("totalOrders",), ("days", "20", "totalOrders"), ("totalSales",)])
AMOUNTS = st.integers(-(10**12), 10**12)


def a_tally(path: Path, increments: dict[tuple[str, ...], int], **fields: Any) -> DocumentWrite:
    return DocumentWrite(path=path, fields={"month": "2026-11", **fields}, increments=increments)


COMMITS = st.lists(
    st.builds(a_tally, st.sampled_from(PATHS), st.dictionaries(FIELDS, AMOUNTS, max_size=3)),
    max_size=3,
    unique_by=lambda write: write.path,
)


def applied(commits: Sequence[Sequence[Write]]) -> dict[Path, Any]:
    documents = MemoryDocuments()
    for writes in commits:
        documents.commit(writes)
    return documents.documents


def deltas_of(commits: Sequence[Sequence[DocumentWrite]]) -> list[str]:
    return [encode(writes) for writes in commits]


@given(st.lists(COMMITS, max_size=6), st.data())
def test_deltas_add_what_the_commits_would_have_added_in_any_order_and_any_split(
    commits: list[list[DocumentWrite]], data: st.DataObject
) -> None:
    texts = data.draw(st.permutations(deltas_of(commits)))
    cut = data.draw(st.integers(0, len(texts)))
    halves = [[*total(STORE, half).values()] for half in (texts[:cut], texts[cut:])]
    assert applied(halves) == applied(commits)


@given(st.tuples(COMMITS, COMMITS, COMMITS))
def test_a_sum_of_deltas_may_be_added_to_another_delta(commits: tuple[list[DocumentWrite], ...]) -> None:
    a, b, c = deltas_of(commits)
    left = encode(total(STORE, [a, b]).values())
    right = encode(total(STORE, [b, c]).values())
    assert total(STORE, [left, c]) == total(STORE, [a, right]) == total(STORE, [a, b, c])


def test_of_a_products_names_the_last_one_stays() -> None:
    names = [encode([a_tally(PATHS[1], {}, productName=name)]) for name in ("Mug", "Blue mug")]
    assert total(STORE, names)[PATHS[1]].fields["productName"] == "Blue mug"


def test_a_delta_without_a_products_name_leaves_the_name_that_another_one_has() -> None:
    named, unnamed = a_tally(PATHS[1], {}, productName="Mug"), a_tally(PATHS[1], {})
    assert total(STORE, [encode([named]), encode([unnamed])])[PATHS[1]].fields["productName"] == "Mug"


def test_a_hot_store_writes_one_delta_in_place_of_its_tallies() -> None:
    order, customer = (
        DocumentWrite(path=path, version=ABSENT, increments={("version",): 1})
        for path in (order_path("s/1", "o-1"), customer_path("s/1", "c-1"))
    )
    deletion = DocumentDelete(path=order_path("s/1", "o-2"))
    tallies = [a_tally(path, {("totalOrders",): 1}) for path in PATHS]
    settings = DocumentWrite(path=STORE, fields={"name": "Mugs"})
    writes: list[Write] = [order, *tallies, customer, settings, deletion]
    *kept, delta = defer(writes, [STORE], "id")
    assert kept == [order, customer, settings, deletion]
    assert delta == DocumentWrite(
        path=(*STORE, "deltas", "id"), version=ABSENT, fields={"tallies": encode(tallies)}
    )
    assert defer(writes, [store_path("another")], "id") == writes
    assert defer([order], [STORE], "id") == [order]


def test_stores_of_one_commit_have_a_delta_each() -> None:
    other = store_path("s-2")
    mine = a_tally(PATHS[0], {("totalOrders",): 1})
    theirs = a_tally((*other, "months", "2026-11"), {("totalOrders",): 2})
    writes = defer([mine, theirs], [STORE, other], "id")
    assert [write.path for write in writes] == [(*STORE, "deltas", "id"), (*other, "deltas", "id")]


def test_tallies_that_make_too_long_a_delta_are_written_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    tallies = [a_tally(path, {("totalOrders",): 1}) for path in PATHS]
    order = DocumentWrite(path=order_path("s/1", "o-1"), version=ABSENT)
    monkeypatch.setattr(deltas, "MOST_CHARACTERS", len(encode(tallies)))
    assert len(defer(tallies, [STORE], "id")) == 1
    monkeypatch.setattr(deltas, "MOST_CHARACTERS", len(encode(tallies)) - 1)
    assert defer([*tallies, order], [STORE], "id") == [order, *tallies]


def test_what_no_single_commit_could_fold_is_not_deferred() -> None:
    tallies = [
        a_tally(PATHS[0], {(f"n{n}",): 1 for n in range(MOST_TRANSFORMS)}),
        a_tally(PATHS[1], {("n",): 1}),
    ]
    [delta] = defer(tallies, [STORE], "id")
    assert delta.path == (*STORE, "deltas", "id")
    tallies[0].increment("one more", by=1)
    assert defer(tallies, [STORE], "id") == tallies


def test_a_delta_is_one_text_that_a_person_can_read() -> None:
    text = encode([a_tally(PATHS[0], {("totalOrders",): 1, ("days", "20", "totalOrders"): 1})])
    assert text == '{"months/2026-11":[{"month":"2026-11"},{"totalOrders":1,"days.20.totalOrders":1}]}'


def test_ids_sort_by_time_and_tell_it() -> None:
    later = NOON + timedelta(microseconds=1)
    ids = [delta_id(NOON), delta_id(NOON, "0"), delta_id(NOON, "f"), delta_id(later), delta_id(later, "0")]
    assert ids == sorted(ids)
    assert Delta(path=(*STORE, "deltas", ids[-1]), version=1, text="").made_at == later
