"""Sample orders for the local stack: two stores, about ten weeks, the same every time for the same seed."""

from emulator.samples.catalogue import SampleStore
from emulator.samples.delivery import Delivery, deliver
from emulator.samples.event import SampleEvent
from emulator.samples.generate import DAYS, sample_events
from emulator.samples.stores import STORES

__all__ = ["DAYS", "STORES", "Delivery", "SampleEvent", "SampleStore", "deliver", "sample_events"]
