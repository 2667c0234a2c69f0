"""What the API must answer, counted a second time from the raw events.

The oracle of the demonstration and of the tests. It shares no code with the system it judges: it reads each
order's whole history at once, with plain decimals, and keeps no counters. Events are {"topic": ..., "data":
{...}} as they go over the wire, in any order, with repeats. They must be valid: what ends as a dead letter
does not belong here.
"""

from emulator.recount.customers import recount_customers
from emulator.recount.dashboard import recount_dashboard
from emulator.recount.differences import differences
from emulator.recount.money import EXPONENTS
from emulator.recount.period import Period

__all__ = ["EXPONENTS", "Period", "differences", "recount_customers", "recount_dashboard"]
