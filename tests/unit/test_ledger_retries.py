"""What the ledger does when other writers are faster."""

from collections.abc import Sequence

import pytest

from emulator.documents import MemoryDocuments
from shared.documents.store import Committed, PreconditionLost, Write
from shared.errors import ListRefused, StoreContended
from shared.ledger.ledger import Ledger
from tests.builders import a_snapshot, an_order_change, facts
from tests.fakes import FakeStores

CHANGE = an_order_change(facts(a_snapshot()), creates=True)


def test_contended_commits_are_tried_again_and_told_to_the_stores() -> None:
    class Contended(MemoryDocuments):
        left = 2

        def commit(self, writes: Sequence[Write]) -> Committed:
            if self.left:
                self.left -= 1
                raise StoreContended("somebody else writes")
            return super().commit(writes)

    stores = FakeStores()
    assert Ledger(Contended(), stores).apply([CHANGE])[0].result == "applied"
    assert stores.contentions == ["s-1", "s-1"]


def test_a_list_gives_up_after_as_many_lost_races_as_it_may() -> None:
    class Raced(MemoryDocuments):
        asked = 0

        def commit(self, writes: Sequence[Write]) -> Committed:  # noqa: ARG002 - always lost
            self.asked += 1
            raise PreconditionLost("somebody else was faster")

    documents = Raced()
    with pytest.raises(ListRefused, match="3 times"):
        Ledger(documents, FakeStores()).apply([CHANGE], most_races=2)
    assert documents.asked == 3
