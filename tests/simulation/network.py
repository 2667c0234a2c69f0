"""What lies between an instance and the services it calls: time, failures, and crashes at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from google.api_core import exceptions

from tests.simulation.scheduler import Killed, Scheduler
from tests.simulation.trace import Trace

Result = TypeVar("Result")

KINDS = ("crash", "lost", "zombie", "aborted", "unavailable", "deadline", "slow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How likely each fault is at each call; all are 0 once the faults stop.

    Attributes:
        crash: the instance is killed, before or after the call has its effect.
        lost: the call has its effect, and its answer is lost.
        zombie: a commit has its effect long after its caller gave up.
        aborted: another transaction is in the way.
        unavailable: the call fails at once.
        deadline: the call fails when the caller's patience ends.
        slow: the call takes up to three seconds.
    """

    crash: float = 0.0
    lost: float = 0.0
    zombie: float = 0.0
    aborted: float = 0.0
    unavailable: float = 0.0
    deadline: float = 0.0
    slow: float = 0.0


NONE = Faults()
_PATIENCE_S = 10.0
_LONGEST_ZOMBIE_S = 40.0


class Network:
    """Makes calls for whichever task is running.

    Args:
        seed: decides which call meets which fault.
        scheduler: whose time passes.
        trace: where faults are noted.
        kill: kills the instance that is calling.
        without: faults that never happen, to shrink a failure.
    """

    def __init__(
        self,
        seed: int,
        scheduler: Scheduler,
        trace: Trace,
        kill: Callable[[Any], None],
        without: frozenset[str] = frozenset(),
    ) -> None:
        self.faults = NONE
        self.happened: Counter[str] = Counter()
        self.calls = 0
        self._random = Random(f"{seed} network")
        self._scheduler = scheduler
        self._trace = trace
        self._kill = kill
        self._without = without

    def call(
        self,
        name: str,
        run: Callable[[], Result],
        *,
        wait_s: float = 0.0,
        patience_s: float = _PATIENCE_S,
        is_commit: bool = False,
    ) -> Result:
        """Return what the call returns, if it and its answer come through.

        Args:
            name: what is called, for the trace.
            run: has the effect.
            wait_s: how long the service takes before the effect.
            patience_s: how long the caller waits.
            is_commit: whether the call may be aborted, or have its effect long after.

        Raises:
            google.api_core.exceptions.GoogleAPICallError: as the client library raises it.
        """
        self._scheduler.check_alive()
        self.calls += 1
        faults, random = self.faults, self._random
        latency_s = random.expovariate(250.0)
        if faults is NONE:
            self._scheduler.sleep(latency_s + wait_s)
            return run()
        if self._strikes("slow", faults.slow, name):
            latency_s += random.uniform(0, 3)
        takes_s = latency_s / 2 + wait_s
        if takes_s > patience_s:
            self._run_later(name, run, takes_s)
            self._scheduler.sleep(patience_s)
            raise exceptions.DeadlineExceeded(f"{name}: no answer yet")
        self._scheduler.sleep(takes_s)
        self._perhaps_crash(faults, f"{name}, before it")
        if self._strikes("unavailable", faults.unavailable, name):
            raise exceptions.ServiceUnavailable(f"{name}: the connection was refused")
        if self._strikes("deadline", faults.deadline, name):
            self._scheduler.sleep(patience_s)
            raise exceptions.DeadlineExceeded(f"{name}: no answer")
        if is_commit and self._strikes("aborted", faults.aborted, name):
            raise exceptions.Aborted(f"{name}: the transaction was aborted")
        if is_commit and self._strikes("zombie", faults.zombie, name):
            self._run_later(name, run, random.uniform(0, _LONGEST_ZOMBIE_S))
            self._scheduler.sleep(patience_s)
            raise exceptions.DeadlineExceeded(f"{name}: no answer yet")
        result = run()
        self._perhaps_crash(faults, f"{name}, after it")
        if self._strikes("lost", faults.lost, name):
            raise exceptions.ServiceUnavailable(f"{name}: the connection broke before the answer")
        self._scheduler.sleep(min(latency_s / 2, patience_s - takes_s))
        if latency_s + wait_s > patience_s:
            raise exceptions.DeadlineExceeded(f"{name}: the answer came too late")
        return result

    def _run_later(self, name: str, run: Callable[[], object], delay_s: float) -> None:
        def late() -> None:
            self._trace.note("network", f"late {name}")
            with suppress(exceptions.GoogleAPICallError):  # nobody waits for the answer any more
                run()

        self._scheduler.spawn(f"late {name}", late, None, delay_s)

    def _perhaps_crash(self, faults: Faults, when: str) -> None:
        task = self._scheduler.current
        if task is not None and task.owner is not None and self._strikes("crash", faults.crash, when):
            self._kill(task.owner)
            raise Killed

    def _strikes(self, fault: str, chance: float, name: str) -> bool:
        # Without the fault, chance takes its course all the same: the rest of the history stays alike.
        if chance and self._random.random() < chance and fault not in self._without:
            self.happened[fault] += 1
            self._trace.note(str(self._scheduler.current), f"! {fault}: {name}")
            return True
        return False
