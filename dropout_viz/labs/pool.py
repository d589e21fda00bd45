"""Much work of one kind: in this process, in joblib's processes beside it, or on a Dask cluster.

All three give the same answers in the same pieces; a piece whose worker died is done again, and counted once.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from joblib.externals.loky import BrokenProcessPool, ProcessPoolExecutor  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from dropout_viz.engine import threads
from dropout_viz.errors import RunError, UserError
from dropout_viz.files import is_folder
from dropout_viz.labs.batch import Progress
from dropout_viz.labs.lab import Tell
from dropout_viz.words import many

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Item, Progress], Result]
"""Does one item and tells what share of it is done. A plain function of a module: other processes import it."""
DEATHS = 3
"""Workers that may die one after the other, without a piece finished in between."""
_POLL = 0.1  # seconds between two looks at what is finished


SAFE = {"PYTHONSAFEPATH": "1"}
"""What keeps a new Python from importing what lies in the current folder."""


class Workers(Protocol):
    """Where work is sent: makes an executor for one attempt, and says what went wrong with it.

    Attributes:
        where: what a worker is, for errors. ahead: how many items are sent before one has come back. board: whether
            workers see this machine's files, so that they can tell how far they are. joins: whether this process
            works too.
    """

    where: str
    ahead: int
    board: bool
    joins: bool

    def executor(self) -> AbstractContextManager[Executor]:
        """Return an executor that ends with the context, at once, whatever it is doing."""

    def lost(self) -> str:
        """Return why nothing more will come of it, or ``""``."""


class Processes:
    """This process and joblib's beside it, ``jobs`` in all, each on one thread."""

    board = joins = True

    def __init__(self, jobs: int) -> None:
        """``jobs``: at least 2."""
        self.where = "a process on this machine"
        # Each has one item: where joblib's pool is killed with more in hand, its own thread complains.
        self.ahead = jobs - 1

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        with _environment({threads.VARIABLE: "1", **SAFE}):
            made = ProcessPoolExecutor(max_workers=self.ahead, initializer=_begin_worker)
            try:
                with threadpool_limits(1):
                    yield made
            finally:
                made.shutdown(wait=True, kill_workers=True)

    def lost(self) -> str:
        return ""


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Let processes that are begun meanwhile have other environment variables."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, text in before.items():
            if text is None:
                del os.environ[name]
            else:
                os.environ[name] = text


def each(
    work: Work[Item, Result], items: Sequence[Item], tell: Tell, workers: Workers | None, weights: Sequence[float] = ()
) -> Iterator[tuple[int, Result]]:
    """Yield (place among the items, what came of it) as the items are finished, in any order, each exactly once.

    Args:
        workers: who does it; None: this process, one after the other.
        weights: how long each takes, in proportion, for the progress.

    Raises:
        Cancelled: the user wants no more; the workers are gone then.
        RunError: workers die again and again, or the cluster has gone. What was yielded stays.
    """
    sizes = np.asarray(weights or [1.0] * len(items), np.float64)
    sizes = sizes / (sizes.sum() or 1.0)
    if workers is None:
        ends = [0.0, *np.cumsum(sizes).tolist()]
        for index, item in enumerate(items):
            yield index, work(item, tell.part(ends[index], ends[index + 1]))
        return
    with _board(len(items) if workers.board else 0) as board:
        left, deaths = dict(enumerate(items)), 0
        while left:
            before = len(left)
            try:
                for index, result in _attempt(work, left, tell, workers, board, sizes):
                    del left[index]
                    yield index, result
            except BrokenProcessPool:
                deaths = 1 if len(left) < before else deaths + 1
                if deaths >= DEATHS:
                    raise RunError(
                        f"{workers.where} died {deaths} times without finishing anything, {_left(len(left))}; "
                        "what is finished is kept: it may need fewer processes, or smaller networks"
                    ) from None


def _attempt(
    work: Work[Item, Result],
    left: dict[int, Item],
    tell: Tell,
    workers: Workers,
    board: Path | None,
    sizes: Any,
) -> Iterator[tuple[int, Result]]:
    """Yield what comes of the items that are left, until all are done or the workers are lost."""
    shares = np.ones(len(sizes)) if board is None else np.memmap(board, np.float64, "r+")
    for index in left:
        shares[index] = 0.0
    to_send = deque(left.items())
    with workers.executor() as executor:
        waiting: dict[Future[Result], int] = {}

        def go_on() -> None:
            """Keep the workers busy, and tell how far all are."""
            busy = sum(not future.done() for future in waiting)
            for _ in range(min(workers.ahead - busy, len(to_send))):
                index, item = to_send.popleft()
                waiting[executor.submit(_do, work, item, board, index)] = index
            tell(float(sizes @ shares))

        def progress(share: float) -> None:
            shares[own] = min(share, 1.0)
            go_on()

        while to_send or waiting:
            go_on()
            patience = _POLL
            if workers.joins and to_send:
                own, item = to_send.popleft()
                result, patience = work(item, progress), 0.0
                shares[own] = 1.0
                yield own, result
            done, _ = wait(waiting, timeout=patience, return_when=FIRST_COMPLETED)
            # What is finished is handed on before what has failed is heard of.
            for future in sorted(done, key=lambda f: f.exception() is not None):
                result = future.result()
                index = waiting.pop(future)
                shares[index] = 1.0
                yield index, result
            if not done and (why := workers.lost()):
                raise RunError(f"{why}, {_left(len(waiting))}; what is finished is kept")
        tell(1.0)


def _do(work: Work[Item, Result], item: Item, board: Path | None, index: int) -> Result:
    """Do one item on a worker."""
    shares = None if board is None else np.memmap(board, np.float64, "r+")

    def progress(share: float) -> None:
        if shares is not None:
            shares[index] = min(share, 1.0)

    try:
        return work(item, progress)
    except UserError as error:
        raise UserError(str(error)) from None  # one that travels between processes, without what hangs on it


def _left(count: int) -> str:
    return f"{many(count, 'part')} left"


@contextmanager
def _board(length: int) -> Iterator[Path | None]:
    """Yield a file of so many shares, which workers on this machine write; None where there are none to write.

    Where the system can, it is one in memory, which ends with this process however that ends.
    """
    if not length:
        yield None
        return
    files = Path(f"/proc/{os.getpid()}/fd")
    if hasattr(os, "memfd_create") and is_folder(files):
        with open(os.memfd_create("shares"), "w+b") as file:
            file.truncate(length * np.dtype(np.float64).itemsize)
            yield files / str(file.fileno())
        return
    with tempfile.TemporaryDirectory(prefix="dropout-viz-") as folder:
        path = Path(folder) / "shares"
        np.zeros(length).tofile(path)
        yield path


def _begin_worker() -> None:
    """Prepare a process: one thread each, and Ctrl-C is for the process that sent the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ[threads.VARIABLE] = "1"
    threadpool_limits(1)
