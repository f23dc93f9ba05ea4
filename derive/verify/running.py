"""Many documents: files, folders and globs, processes with hard limits on time and memory, any Executor, a cache.

The engine is imported in the processes that judge, so that a long call into C can be ended with its process.  Imports
the rest of verify.
"""

from __future__ import annotations

import glob
import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import Any

from derive.verify.cache import Cache
from derive.verify.results import FileResult, Report

SUFFIXES = (".md", ".tex", ".ipynb")
MEMORY = 4096  # megabytes a judging process may use
GRACE = 3.0  # seconds over the limit of a step after which its process is ended
Progress = Callable[[int, int, str], None]


def expand(paths: Iterable[str | Path]) -> list[str]:
    """The documents meant by files, folders and patterns, each once, in order.

    >>> expand(["nowhere.md"])
    ['nowhere.md']
    """
    found: dict[str, None] = {}
    for path in paths:
        place = Path(path)
        if place.is_dir():
            inside = sorted(p for p in place.rglob("*") if p.suffix.lower() in SUFFIXES and not _hidden(p, place))
            found.update(dict.fromkeys(str(p) for p in inside if p.is_file()))
        elif not place.exists() and glob.has_magic(str(path)):
            matches = sorted(glob.glob(str(path), recursive=True))
            found.update(dict.fromkeys(matches or [str(path)]))
        else:
            found[str(path)] = None
    return list(found)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def verify_paths(
    paths: Iterable[str | Path], time_limit: float = 5.0, jobs: int = 1, progress: Progress | None = None,
    executor: Executor | None = None, cache: Cache | None = None,
) -> Report:  # fmt: skip
    """The verdicts on documents and all documents in folders, in the order given.

    With an `executor` each document is one task of it (a Dask or Ray cluster serves as well); otherwise `jobs` processes
    of our own judge them, which are ended when a step goes far over its limit.  `progress(done, total, path)` is called
    after each document.
    """
    files = expand(paths)
    cache = Cache.default() if cache is None else cache
    results: dict[str, FileResult] = {}
    for path in files:
        known = cache.get(path, time_limit)
        if known is not None:
            results[path] = known
    todo = [path for path in files if path not in results]
    done = len(results)

    def finished(path: str, result: FileResult) -> None:
        nonlocal done
        results[path] = result
        cache.put(path, time_limit, result)
        done += 1
        if progress is not None:
            progress(done, len(files), path)

    if progress is not None:
        progress(done, len(files), "")
    if executor is not None:
        futures = {executor.submit(judge_file, path, time_limit): path for path in todo}
        for future in as_completed(futures):
            finished(futures[future], future.result())
    elif todo:
        _Pool(todo, time_limit, max(1, min(jobs, len(todo))), finished).run()
    return Report(tuple(replace(results[path], source=source_of(path)) for path in files))


def source_of(path: str) -> str:
    """The text of a document for reports that show it; of a notebook the Markdown cells, as their lines are counted."""
    try:
        if path.lower().endswith(".ipynb"):
            import nbformat

            cells = nbformat.reads(Path(path).read_text(encoding="utf-8"), as_version=4).get("cells", [])
            return "\n\n".join(str(c.get("source", "")) for c in cells if c.get("cell_type") == "markdown")
        return Path(path).read_text(encoding="utf-8-sig")
    except Exception:  # a damaged file has no text to show; its result says so
        return ""


def judge_file(
    path: str, time_limit: float = 5.0, skip: frozenset[int] = frozenset(), announce: Any = None
) -> FileResult:
    """One document, in this process; every failure is a result."""
    from derive.verify.documents import verify_file

    try:
        return verify_file(path, time_limit, skip, announce)
    except (Exception, MemoryError) as error:
        return FileResult(
            path,
            error=f"internal error, please report it: {type(error).__name__}: {' '.join(str(error).split())[:200]}",
        )


# -- processes of our own


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    path: str = ""
    step: int = -1
    since: float = 0.0


@dataclass
class _Pool:
    """Processes that take one document after another, and say which step they begin."""

    todo: list[str]
    time_limit: float
    jobs: int
    finished: Callable[[str, FileResult], None]
    workers: list[_Worker] = field(default_factory=list)
    skipped: dict[str, set[int]] = field(default_factory=dict)

    def run(self) -> None:
        queue = list(reversed(self.todo))
        try:
            while queue or self.workers:
                while queue and len(self.workers) < self.jobs:
                    self.workers.append(self.start())
                    self.give(self.workers[-1], queue.pop())
                for pipe in wait([w.pipe for w in self.workers], timeout=0.5):
                    worker = next(w for w in self.workers if w.pipe is pipe)
                    self.hear(worker, queue)
                for worker in list(self.workers):
                    if monotonic() - worker.since > self.time_limit + GRACE and worker in self.workers:
                        self.end(worker, queue)
        finally:
            for worker in self.workers:
                worker.process.kill()
                worker.process.join()

    def start(self) -> _Worker:
        here, there = _context().Pipe()
        process = _context().Process(target=_work, args=(there, self.time_limit), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here)

    def give(self, worker: _Worker, path: str) -> None:
        worker.path, worker.step, worker.since = path, -1, monotonic() + 10.0
        worker.pipe.send((path, frozenset(self.skipped.get(path, ()))))

    def hear(self, worker: _Worker, queue: list[str]) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self.end(worker, queue)
            return
        if isinstance(message, int):
            worker.step, worker.since = message, monotonic()
            return
        self.finished(worker.path, message)
        if queue:
            self.give(worker, queue.pop())
        else:
            worker.pipe.send(None)
            self.workers.remove(worker)
            worker.process.join(timeout=5)

    def end(self, worker: _Worker, queue: list[str]) -> None:
        """Ends a process that is stuck or gone; its document begins again without the step it was at."""
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        path, skipped = worker.path, self.skipped.setdefault(worker.path, set())
        if worker.step < 0 or worker.step in skipped or len(skipped) >= 20:
            self.finished(
                path, FileResult(path, error="this document could not be read within the limits of time and memory")
            )
        else:
            skipped.add(worker.step)
            queue.append(path)


def _context() -> Any:
    """Forking is fast, but safe only before threads were started."""
    forking = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forking else "spawn")


def _work(pipe: Connection, time_limit: float) -> None:
    """What a process does: documents until it is told to stop."""
    from derive.verify.limits import memory

    sys.setrecursionlimit(max(sys.getrecursionlimit(), 3000))
    with memory(MEMORY):
        while True:
            try:
                task = pipe.recv()
            except (EOFError, KeyboardInterrupt):
                return
            if task is None:
                return
            path, skip = task
            pipe.send(judge_file(path, time_limit, skip, pipe.send))
