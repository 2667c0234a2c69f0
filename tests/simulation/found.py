"""Histories that found something, to be lived through again by every test run.

A seed means another history once the simulation itself changes; then the row says what to look for anew.
"""

FOUND: tuple[tuple[int, int, str], ...] = (
    (1, 150, "a store that never moved waited for ever to be in its own zone"),
    (24, 41, "subscribers kept the figures of a customer whose order had moved to another one"),
)
"""Seed, steps, and what the history found."""
