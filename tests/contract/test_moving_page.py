"""What docs/MOVING.md shows of a comparison is what comes of the history and the counters that it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from infra.compare.run import Report, compare
from shared.adapters.firestore.client import Client
from shared.importing.lines import read_line
from tests import pages
from tests.contract.backends import FirestoreBackend, new_ledger
from tests.contract.test_compare import ledgers_of

PAGE = "docs/MOVING.md"


def block(heading: str, language: str) -> str:
    (text,) = [one.text for one in pages.blocks(PAGE) if one.heading == heading and one.language == language]
    return text


def test_the_comparison_of_the_page_is_real(client: Client) -> None:
    now = datetime(2026, 12, 3, tzinfo=UTC)
    lines = block("2. Backfill", "json").splitlines()
    changes = [read_line(line.encode(), "s-1", now) for line in lines]
    new_ledger(FirestoreBackend(client)).apply([change for change in changes if change])
    told: list[str] = []
    report = Report(say=told.append, most=20)
    compare(block("4. Compare", "csv").encode(), "s-1", ledgers_of(client), report)
    shown = re.sub(r"as of [^:]+:[^:]+:[^:]+:", "as of …:", "\n".join(told)) + "\n"
    assert shown == block("4. Compare", "text")
