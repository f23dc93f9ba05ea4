"""A time limit for one step, without signals: a watching thread raises `OutOfTime` in the thread that is late.

It works in any thread on any system, but cannot interrupt one long call into C; `running` ends the process then.
Imports nothing of ours.

>>> try:
...     with deadline(0.05):
...         while True:
...             pass
... except OutOfTime:
...     print("stopped")
stopped
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any


class OutOfTime(BaseException):
    """The time limit of a step has passed; no `except Exception` on the way catches it."""


_PATIENCE = 0.25  # seconds between two attempts to stop a thread that swallowed the first


class _Watch:
    """The thread that watches; made when the first limit is set, again in a forked process."""

    def __init__(self) -> None:
        self.ready = threading.Condition()
        self.due: dict[int, float] = {}
        self.fired: set[int] = set()
        self.thread: threading.Thread | None = None

    def start(self, ident: int, seconds: float) -> None:
        with self.ready:
            self.due[ident] = monotonic() + seconds
            self.fired.discard(ident)
            if sys.unraisablehook is sys.__unraisablehook__:
                sys.unraisablehook = _quietly
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="derive step limit", daemon=True)
                self.thread.start()
            self.ready.notify()

    def stop(self, ident: int) -> None:
        with self.ready:
            self.due.pop(ident, None)
            if ident in self.fired:
                self.fired.discard(ident)
                _raise_in(ident, None)

    def run(self) -> None:
        with self.ready:
            while True:
                if not self.due:
                    if not self.ready.wait(timeout=30) and not self.due:
                        self.thread = None
                        return
                    continue
                ident, when = min(self.due.items(), key=lambda item: item[1])
                left = when - monotonic()
                if left > 0:
                    self.ready.wait(timeout=left)
                    continue
                self.fired.add(ident)
                _raise_in(ident, OutOfTime)
                self.due[ident] = monotonic() + _PATIENCE


def _quietly(unraisable: Any) -> None:
    """The limit may come while a callback of the collector runs, which cannot raise it: it comes again, and nobody is told."""
    if not isinstance(unraisable.exc_value, OutOfTime):
        sys.__unraisablehook__(unraisable)


def _raise_in(ident: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(ident), None if error is None else ctypes.py_object(error)
    )


_watch = _Watch()


def _after_fork() -> None:
    global _watch
    _watch = _Watch()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in this thread when the body takes longer than `seconds`.

    Not to be nested in one thread.  Whoever catches OutOfTime calls `calm` afterwards: it may have come at the very end.
    """
    _watch.start(threading.get_ident(), seconds)
    try:
        yield
    finally:
        calm()


def calm() -> None:
    """After this no limit of this thread is left to be raised."""
    while True:
        try:
            _watch.stop(threading.get_ident())
            return
        except OutOfTime:
            continue


@contextmanager
def memory(megabytes: int) -> Iterator[None]:
    """Limits the memory of this process where the system can; what needs more raises MemoryError."""
    try:
        import resource
    except ImportError:
        yield
        return
    old = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 2**20
    if old[1] != resource.RLIM_INFINITY:
        wanted = min(wanted, old[1])
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, old[1]))
    except (ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


class Budget:
    """Seconds that undecided steps may take: the limit a step at first, later so that their average stays near `average`.

    >>> budget = Budget(5.0)
    >>> for _ in range(4):
    ...     budget.spent(1.2)
    >>> round(budget.allowance, 2)
    0.15
    """

    def __init__(self, limit: float, average: float = 0.2, reserve: float = 4.0, least: float = 0.15) -> None:
        self.limit, self.average, self.left, self.least = limit, average, reserve, least

    @property
    def allowance(self) -> float:
        return min(self.limit, max(self.least, self.left))

    def spent(self, seconds: float) -> None:
        """An undecided step took this long."""
        self.left += self.average - seconds
