"""Slots: a number before a rising value in an index.

All writes to the index of a value that only rises go to its end, which takes about 500 a second. Behind a
slot they go to 30 places. A query names all slots, and Firestore merges them in order; it may name 30 values.

Source: Firestore's documentation, "Best practices: hotspots" and "Query limitations: in".
"""

from zlib import crc32

SLOTS = tuple(f"{n:02}" for n in range(30))


def slot_of(document: str) -> str:
    """Return the slot of a document, always the same for the same id."""
    return SLOTS[crc32(document.encode()) % len(SLOTS)]
