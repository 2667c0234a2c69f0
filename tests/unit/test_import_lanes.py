"""Lists that are counted at once are never about the same order."""

from shared.importing import run
from shared.importing.batches import MOST_LINES, Line
from shared.importing.count import ReadLine
from tests.builders import a_customer_change, an_order_change, facts


def test_an_order_is_always_in_the_same_lane_and_its_lines_keep_their_order() -> None:
    changes = [an_order_change(facts(), f"o-{n % 90}") for n in range(900)]
    changes += [an_order_change(facts(), "o-1")] * 150
    read = [ReadLine(line=Line(number=n, data=b"x"), change=change) for n, change in enumerate(changes)]
    read.append(ReadLine(line=Line(number=2000, data=b"x"), change=a_customer_change()))
    lists = list(run._in_lanes(read))
    assert sorted(line.line.number for _, batch in lists for line in batch) == [*range(1050), 2000]
    assert all(len(batch) <= MOST_LINES for _, batch in lists)
    lanes: dict[str, set[int]] = {}
    for lane, batch in lists:
        for line in batch:
            lanes.setdefault(repr(line.change), set()).add(lane)
    assert {len(of_one) for of_one in lanes.values()} == {1}
    assert {lane for lane, _ in lists} == set(range(run.LANES))
    for lane in range(run.LANES):
        numbers = [line.line.number for n, batch in lists if n == lane for line in batch]
        assert numbers == sorted(numbers)
