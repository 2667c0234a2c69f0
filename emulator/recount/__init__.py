"""Recount from the raw events what the API must answer and what documents must hold.

The oracle of the demonstration and of the tests. It shares no code with the system that it judges: it reads
the whole history of each order at once, with plain decimals. Events are (topic, body) pairs as they go over
the wire, in any order and with repeats. They must be valid: leave out what ends as a dead letter.
"""

from emulator.recount.counters import Key, recount_counters
from emulator.recount.customers import recount_customers
from emulator.recount.dashboard import recount_dashboard
from emulator.recount.differences import differences
from emulator.recount.history import Event
from emulator.recount.money import EXPONENTS
from emulator.recount.period import Period
from emulator.recount.returning import recount_returning

__all__ = [
    "EXPONENTS",
    "Event",
    "Key",
    "Period",
    "differences",
    "recount_counters",
    "recount_customers",
    "recount_dashboard",
    "recount_returning",
]
