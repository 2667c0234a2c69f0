"""Slots: a number before a rising value in an index.

All writes to the index of a value that only rises go to its end, which takes about 500 a second. Behind a
slot they go to several places. A query names all slots, a scan for each, and Firestore merges them in order;
it may name 30 values.

Source: Firestore's documentation, "Best practices: hotspots" and "Query limitations: in".
"""

from zlib import crc32

SLOTS = tuple(f"{n:02}" for n in range(30))
"""Of what is searched in all stores at once."""

STORE_SLOTS = SLOTS[:4]
"""Of what is listed in one store: 2,000 writes a second, and short scans."""


def slot_of(document: str) -> str:
    """Return the slot of a document, always the same for the same id."""
    return SLOTS[crc32(document.encode()) % len(SLOTS)]


def store_slot_of(document: str) -> str:
    """Return the slot of a document among those of its store."""
    return STORE_SLOTS[crc32(document.encode()) % len(STORE_SLOTS)]
