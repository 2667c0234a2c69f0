"""Histories that found something, to be lived through again by every test run.

A seed means another history once the simulation itself changes; then the row says what to look for anew.
"""

FOUND: tuple[tuple[int, int, str], ...] = (
    (1, 150, "two repairs at once counted twice; a customer who was erased came back"),
    (2, 150, "a move believed remembered records, and looked for what was left behind without end"),
    (8, 150, "a store that never moved waited for ever to be in its own zone"),
)
"""Seed, steps, and what the history finds where that bug is planted again."""
