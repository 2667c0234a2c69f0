"""The demonstration: sample orders through the running stack, and the answers held against a recount."""

from emulator.demo.run import run_demo

__all__ = ["run_demo"]
