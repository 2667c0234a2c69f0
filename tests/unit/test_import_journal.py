"""How far a file was imported is found again, and never taken for another's."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.importing.batches import cut, read_lines
from shared.importing.count import Counted, Refusal
from shared.importing.journal import ImportUnderWay, Journal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"".join(b"line %d\n" % n for n in range(1, 251)))
    return path


def batches(journal: Journal) -> Iterator[list[bytes]]:
    """Record each list with its second line refused, after yielding it."""
    for batch in cut(read_lines(journal.file, journal.position.lines)):
        yield [line.content for line in batch]
        refusals = [Refusal(line=batch[1], reason="no reason")]
        journal.record(batch, Counted(outcomes=Counter(applied=len(batch) - 1, refused=1), refusals=refusals))


def begin(file: Path, target: str = "here") -> Journal:
    """Return the journal of an import that ended after its first list, with the second not noted."""
    with Journal(file, target) as journal:
        lists = batches(journal)
        next(lists)
        next(lists)
    return journal


def refused(journal: Journal) -> int:
    return journal.refused_path.read_bytes().count(b"\n")


def test_an_import_goes_on_after_the_last_list_that_was_noted(file: Path) -> None:
    begin(file)
    with Journal(file, "here") as journal:
        assert (journal.position.lines, journal.position.outcomes) == (100, {"applied": 99, "refused": 1})
        assert not journal.is_done
        assert next(batches(journal))[0] == b"line 101"


def test_an_import_that_is_done_starts_anew(file: Path) -> None:
    with Journal(file, "here") as journal:
        list(batches(journal))
        assert journal.is_done
        journal.finish()
    with Journal(file, "here") as journal:
        assert journal.position.offset == 0


def test_what_comes_after_the_lines_that_are_done_may_change(file: Path) -> None:
    begin(file)
    with file.open("ab") as more:
        more.write(b"one more\n")
    with Journal(file, "here") as journal:
        assert journal.position.lines == 100
        assert [line for batch in batches(journal) for line in batch][-1] == b"one more"
        assert journal.is_done


@pytest.mark.parametrize(
    ("old", "new"), [(b"line 2\n", b"line 3\n"), (b"line 1\n", b""), (b"line 99\n", b"line 099\n")]
)
def test_another_file_is_imported_from_its_beginning(file: Path, old: bytes, new: bytes) -> None:
    begin(file)
    file.write_bytes(file.read_bytes().replace(old, new))
    with Journal(file, "here") as journal:
        assert (journal.position.offset, journal.position.outcomes) == (0, {})
        assert next(batches(journal))[0] == file.read_bytes().splitlines()[0]


def test_another_target_is_imported_from_the_beginning(file: Path) -> None:
    begin(file)
    with Journal(file, "there") as journal:
        assert journal.position.offset == 0


def test_a_file_that_became_shorter_is_imported_from_its_beginning(file: Path) -> None:
    begin(file)
    file.write_bytes(file.read_bytes()[:100])
    with Journal(file, "here") as journal:
        assert journal.position.offset == 0


@pytest.mark.parametrize("note", ["", "{", "[]", "{}", '{"offset": "x"}', "null"])
def test_progress_that_cannot_be_read_is_none(file: Path, note: str) -> None:
    begin(file).progress_path.write_text(note)
    with Journal(file, "here") as journal:
        assert journal.position.offset == 0


def test_a_refusal_that_was_written_but_not_noted_is_there_once(file: Path) -> None:
    journal = begin(file)
    assert refused(journal) == 1
    with journal.refused_path.open("ab") as crashed:
        crashed.write(b'{"line": 102, "reas')
    with Journal(file, "here") as journal:
        list(batches(journal))
    kept = [json.loads(line) for line in journal.refused_path.read_bytes().splitlines()]
    assert [line["line"] for line in kept] == [2, 102, 202]


def test_a_resumed_run_keeps_the_refusals_of_every_run_before_it(file: Path) -> None:
    for _ in range(2):
        begin(file)
    with Journal(file, "here") as journal:
        list(batches(journal))
        journal.finish()
    kept = [json.loads(line) for line in journal.refused_path.read_bytes().splitlines()]
    assert [line["line"] for line in kept] == [2, 102, 202]


def test_refusals_of_an_earlier_import_are_set_aside(file: Path) -> None:
    journal = begin(file)
    journal.progress_path.unlink()
    begin(file).progress_path.unlink()
    with Journal(file, "here"):
        pass
    assert not journal.refused_path.exists()
    aside = [journal.refused_path.with_name(f"{journal.refused_path.name}.{n}") for n in (1, 2)]
    assert [path.read_bytes().count(b"\n") for path in aside] == [1, 1]


def test_refusals_that_somebody_took_away_do_not_stop_the_import(file: Path) -> None:
    begin(file).refused_path.unlink()
    with Journal(file, "here") as journal:
        list(batches(journal))
    assert refused(journal) == 2


def test_a_file_is_imported_by_one_process_at_a_time(file: Path) -> None:
    with Journal(file, "here"), pytest.raises(ImportUnderWay), Journal(file, "here"):
        pass
    with Journal(file, "here"):
        pass
