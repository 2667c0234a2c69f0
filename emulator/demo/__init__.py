"""The demonstration: sends sample orders to the running stack and compares its answers with a recount."""

from emulator.demo.run import run_demo

__all__ = ["run_demo"]
