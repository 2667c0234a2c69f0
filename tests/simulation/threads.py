"""Locks, futures and threads whose waiting the scheduler sees, in the shape of the standard library's.

A task that does not wait is never interrupted, so none of them needs a lock of its own.
"""

from __future__ import annotations

import concurrent.futures
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from tests.simulation.scheduler import Scheduler, Task, Waiting

_T = TypeVar("_T")
_scheduler: Scheduler | None = None


def install(scheduler: Scheduler) -> None:
    """Have this scheduler run everything from now on."""
    global _scheduler
    _scheduler = scheduler


def _running() -> Scheduler:
    if _scheduler is None or _scheduler.current is None:
        raise RuntimeError("only a simulated task can wait or start another one")
    return _scheduler


def _current() -> Task:
    task = _running().current
    assert task is not None
    return task


class Lock:
    """`threading.Lock`."""

    def __init__(self) -> None:
        self._held = False
        self._waiting = Waiting()

    def acquire(self) -> bool:
        while self._held:
            self._waiting.wait(_running())
        self._held = True
        return True

    def release(self) -> None:
        self._held = False
        if _scheduler is not None:
            self._waiting.wake(_scheduler, 1)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class Condition:
    """`threading.Condition`."""

    def __init__(self) -> None:
        self._waiting = Waiting()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait_for(self, predicate: Callable[[], bool], timeout: float) -> bool:
        scheduler = _running()
        ends_at = scheduler.now + timeout
        while not predicate() and scheduler.now < ends_at:
            self._waiting.wait(scheduler, ends_at - scheduler.now)
        return predicate()

    def notify_all(self) -> None:
        self._waiting.wake(_running())


class Future(Generic[_T]):
    """`concurrent.futures.Future`."""

    def __init__(self) -> None:
        self._outcome: tuple[_T | None, BaseException | None] | None = None
        self._waiting = Waiting()

    def done(self) -> bool:
        return self._outcome is not None

    def set_result(self, result: _T) -> None:
        self._set((result, None))

    def set_exception(self, error: BaseException) -> None:
        self._set((None, error))

    def result(self, timeout: float | None = None) -> _T | None:
        self.wait(timeout)
        if self._outcome is None:
            raise concurrent.futures.TimeoutError
        result, error = self._outcome
        if error is not None:
            raise error
        return result

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it is done, whatever its outcome."""
        if self._outcome is None:
            self._waiting.wait(_running(), timeout)

    def _set(self, outcome: tuple[_T | None, BaseException | None]) -> None:
        self._outcome = outcome
        self._waiting.wake(_running())


class Queue(Generic[_T]):
    """`queue.SimpleQueue`."""

    def __init__(self) -> None:
        self._items: deque[_T] = deque()
        self._waiting = Waiting()

    def put(self, item: _T) -> None:
        self._items.append(item)
        self._waiting.wake(_running(), 1)

    def get(self) -> _T:
        while not self._items:
            self._waiting.wait(_running())
        return self._items.popleft()


class Thread:
    """`threading.Thread`: a task of the instance that starts it."""

    def __init__(self, *, target: Callable[..., object], args: tuple[Any, ...] = (), **_: object) -> None:
        self._run = lambda: target(*args)

    def start(self) -> None:
        task = _current()
        _running().spawn(f"{task.name}+", self._run, task.owner)


class Local:
    """`threading.local`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return _current().locals[self][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        _current().locals.setdefault(self, {})[name] = value


class Executor:
    """`concurrent.futures.ThreadPoolExecutor`: at most so many calls at once, each a task."""

    def __init__(self, max_workers: int) -> None:
        self._free = max_workers
        self._queue: deque[Callable[[], None]] = deque()
        self._futures: list[Future[Any]] = []

    def submit(self, run: Callable[..., Any], *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._futures.append(future)

        def work() -> None:
            try:
                future.set_result(run(*args))
            except Exception as error:  # noqa: BLE001 - raised by result()
                future.set_exception(error)

        self._queue.append(work)
        if self._free:
            self._free -= 1
            Thread(target=self._work).start()
        return future

    def map(self, run: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        futures = [self.submit(run, item) for item in items]
        return (future.result() for future in futures)

    def _work(self) -> None:
        while self._queue:
            self._queue.popleft()()
        self._free += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._futures:
            future.wait()
