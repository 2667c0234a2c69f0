"""One seeded scheduler and a virtual clock: tasks that run one at a time, and switch only where they wait.

A task is a greenlet. It gives way where it would wait (a call of a simulated service, a lock, a future, a
sleep), and the scheduler picks the next task at random. So the code under test runs unchanged, and the same
seed repeats the same interleaving.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The task's instance was killed: nothing that the task does next has an effect."""


class Stuck(AssertionError):
    """Something did not end within the virtual time that it has."""


class Task:
    """Something that runs in turns. `owner` is the instance that it runs in; it dies with its owner."""

    __slots__ = ("done", "ended", "error", "greenlet", "killed", "locals", "name", "owner", "parked", "run")

    def __init__(self, name: str, run: Callable[[], object], owner: Any) -> None:
        self.name = name
        self.run = run
        self.owner = owner
        self.greenlet: greenlet | None = None
        self.killed = False
        self.done = False
        self.error: BaseException | None = None
        self.locals: dict[Any, dict[str, Any]] = {}
        self.parked = 0  # how often it waited; an older timer is void
        self.ended = Waiting()

    def __repr__(self) -> str:
        return self.name


class Waiting:
    """Tasks that wait for the same thing."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: deque[tuple[Task, int]] = deque()

    def wait(self, scheduler: Scheduler, timeout: float | None = None) -> None:
        """Have the current task wait, at most this long."""
        task = scheduler.running()
        self._places.append((task, task.parked))
        scheduler.park(timeout)

    def wake(self, scheduler: Scheduler, most: int | None = None) -> None:
        """Let this many of the tasks go on, all by default; those that wait no longer do not count."""
        while self._places and most != 0:
            task, parked = self._places.popleft()
            if scheduler.wake(task, parked) and most is not None:
                most -= 1


class Scheduler:
    """Runs tasks in an order that its seed decides. `now` is virtual seconds since the start.

    Args:
        seed: decides which task is next.
        on_switch: called with the task that is next, before it runs.
    """

    def __init__(self, seed: str, on_switch: Callable[[Task], None] = lambda _: None) -> None:
        self.now = 0.0
        self.turns = 0
        self.current: Task | None = None
        self._random = Random(seed)
        self._on_switch = on_switch
        self._timers: list[tuple[float, int, Task, int]] = []
        self._ready: list[Task] = []
        self._alive: dict[Task, None] = {}
        self._hub: greenlet | None = None
        self._numbers = 0

    def spawn(self, name: str, run: Callable[[], object], owner: Any = None, delay: float = 0.0) -> Task:
        """Start a task, which gets its first turn after the delay."""
        task = Task(name, run, owner)
        self._alive[task] = None
        self._set_timer(task, delay)
        return task

    def run(self, until: float, stop: Callable[[], bool] = lambda: False) -> None:
        """Run tasks until the virtual time is reached, or until `stop` says so after a turn."""
        self._hub = getcurrent()
        while not stop():
            if not self._wake(until):
                self.now = max(self.now, until)
                return
            ready = self._ready
            index = int(self._random.random() * len(ready))
            ready[index], ready[-1] = ready[-1], ready[index]
            self._give_turn(ready.pop())

    def sleep(self, seconds: float) -> None:
        """Wait for virtual time to pass."""
        self._set_timer(self.running(), max(0.0, seconds))
        self._give_way()

    def park(self, timeout: float | None = None) -> None:
        """Wait until somebody wakes the current task, or the time is over."""
        task = self.running()
        if timeout is not None:
            self._set_timer(task, max(0.0, timeout))
        self._give_way()

    def wake(self, task: Task, parked: int) -> bool:
        """Let a task go on that still waits for what it waited for then; return whether it does."""
        if task.done or task.parked != parked:
            return False
        task.parked += 1
        self._ready.append(task)
        return True

    def join(self, task: Task, timeout: float) -> None:
        """Wait until the task has ended, or the time is over."""
        if not task.done:
            task.ended.wait(self, timeout)

    def kill(self, owner: Any) -> None:
        """Kill every task of an owner: each ends at its next turn, and none has an effect before that."""
        for task in [task for task in self._alive if task.owner is owner]:
            task.killed = True
            if task is not self.current:
                self.wake(task, task.parked)

    def check_alive(self) -> None:
        """Raise Killed in a task that was killed."""
        if self.current is not None and self.current.killed:
            raise Killed

    def end(self) -> None:
        """End every task. Their last effects count for nothing: call it when a history is over."""
        self._hub = getcurrent()
        for task in list(self._alive):
            task.killed = True
            if task.greenlet is not None:
                self.current = task
                task.greenlet.throw(Killed)
        self.current = None
        self._alive.clear()

    def running(self) -> Task:
        """Return the current task, unless it was killed."""
        if self.current is None:
            raise RuntimeError("only a task can wait")
        self.check_alive()
        return self.current

    def _set_timer(self, task: Task, seconds: float) -> None:
        self._numbers += 1
        heappush(self._timers, (self.now + seconds, self._numbers, task, task.parked))

    def _give_way(self) -> None:
        assert self._hub is not None
        self._hub.switch()
        self.check_alive()

    def _wake(self, until: float) -> bool:
        """Make every task ready that is due; return whether there is one."""
        timers = self._timers
        while timers:
            at, _, task, parked = timers[0]
            if task.done or task.parked != parked:
                heappop(timers)
            elif at <= self.now or (not self._ready and at <= until):
                heappop(timers)
                self.now = max(self.now, at)
                task.parked += 1
                self._ready.append(task)
            else:
                break
        return bool(self._ready)

    def _give_turn(self, task: Task) -> None:
        self.turns += 1
        self.current = task
        self._on_switch(task)
        if task.greenlet is None:
            task.greenlet = greenlet(self._body)
            task.greenlet.switch(task)
        else:
            task.greenlet.switch()
        self.current = None
        if task.error is not None:
            raise task.error

    def _body(self, task: Task) -> None:
        try:
            if not task.killed:
                task.run()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - raised by `run` in the main greenlet
            task.error = error
        task.done = True
        task.greenlet = None
        self._alive.pop(task, None)
        task.ended.wake(self)
