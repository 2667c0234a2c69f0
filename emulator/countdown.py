"""Wait, and show for how much longer."""

import time

from rich.console import Console


def wait_visibly(seconds: int) -> None:
    """Wait, counting down where the output is a terminal."""
    with Console(highlight=False).status("") as status:
        for left in range(seconds, 0, -1):
            status.update(f"{left} s to go")
            time.sleep(1)
