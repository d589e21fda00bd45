"""Another process that carries out a run's compiled steps, on memory that it shares with this one.

A window paints under the interpreter's lock, and small steps hold it too. So what a run does most of the time, the
calls of its steps, is done where nobody else wants that lock. All else stays here: masks are drawn, losses recorded and
settings changed on the same memory, by the same code, and what the other process cannot do is done here. It carries out
the same calls in the same order, so no bit depends on who did.

It is a plain Python without Qt (``engine.step_server``), begun when it is first wanted. It ends with this one, however
that ends, and where it ends before, or does not answer any more, the run goes on here; after a while another one is
begun, a few times.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from time import perf_counter, thread_time
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from dropout_viz.engine import step_server
from dropout_viz.engine.blocks import largest_row
from dropout_viz.engine.step_server import DONE, LONGEST, READY, SECONDS, STEPS, ProgramWanted
from dropout_viz.nn.edit import Edit
from dropout_viz.nn.layouts import Layout
from dropout_viz.nn.memory import SharedMemory
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import Program, bound
from dropout_viz.nn.thread_pair import ThreadPair, run

Array = NDArray[Any]
_TABLES = 1 << 24  # bytes of examples that are copied for the other process; of more, each step's are fetched here
_STEPS, _ROWS = 512, 1 << 24  # steps of a block, and bytes of its largest buffer, at most
_ENOUGH, _LOOK = 0.65, 0.3  # share of a processor that it needs, and seconds over which that is judged
_REST, _LONGEST_REST = 5.0, 60.0  # seconds
_AGAIN, _TIMES = 10.0, 3  # seconds after which another is begun where one has ended, twice as many each time; how often
_PATIENCE, _UNKNOWN = 10.0, 1.0  # seconds beyond which it is taken for dead, and of steps that have not been timed
_WORTH = 0.0001  # seconds of steps from which on it pays to ask: there and back takes about half of it


class StepsLost(Exception):
    """The other process has ended, or was ended because it did not answer, in the middle of some steps."""


class StepProcess:
    """The other process. Only the thread that trains may call it, but for ``close``.

    Attributes:
        seconds: of computing that it has taken for steps. lost: how many have ended by themselves.
        returning: called when steps have come back, before anything is done with them.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.returning: Callable[[], None] = lambda: None
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._programs = 0
        self._ready: set[int] = set()
        self._over = not SharedMemory.possible()  # it is not wanted any more, or never can be
        self.lost, self._again = 0, 0.0  # when another may be begun
        self._ending = Lock()
        self._computed = self._passed = 0.0  # seconds of computing, and by the clock, since its share was looked at
        self._rests, self._rest = 0.0, _REST  # until when it rests, and how long it will the next time

    def program(self, plan: Plan, layout: Layout, x: Array, y: Array, batch: int, rows: int) -> Program:
        """Compile a plan as ``Program`` does, but for blocks of several steps with more of them: each way there and
        back takes time. What it returns has its steps done there as soon as that can be."""
        if rows > 1:
            rows = max(rows, min(_STEPS, _ROWS // largest_row(plan, batch, _worlds(layout))))
        shares = (x.size + y.size) * np.dtype(plan.dtype).itemsize <= _TABLES
        fetches = rows == 1 and type(plan.edit).step is Edit.step
        if not self._over and (shares or fetches):
            with suppress(OSError, MemoryError):  # it stays here then
                return RemoteProgram(self, plan, layout, x, y, batch, rows, shares)
        return Program(plan, layout, x, y, batch, rows)

    def take(self, program: RemoteProgram, wanted: Callable[[int], ProgramWanted], memory: SharedMemory) -> int:
        """Have a program made there too; return its number. Raises ``OSError`` where it cannot be."""
        self._programs += 1
        number = self._programs
        try:
            message = pickle.dumps(wanted(number))
        except (pickle.PicklingError, AttributeError, TypeError) as error:  # whatever of its plan cannot be sent
            raise OSError(str(error)) from None
        if len(message) > LONGEST or len(memory.files) > step_server.FILES:
            raise OSError("a plan that is too long")
        socket.send_fds(self._begun(), [message], memory.files)
        finalize(program, self._forget, number)
        return number

    def ready(self, number: int) -> bool:
        """Return whether a program's steps can be done there, and there is a processor for it."""
        if perf_counter() < self._rests:
            return False
        if number not in self._ready and self._line is not None:
            try:
                self._hear(wait=False)
            except OSError:
                self._lose()
        return number in self._ready

    @property
    def may_begin(self) -> bool:
        """Whether there may be such a process by now: where one has ended, a while has gone by since."""
        return not self._over and self.lost <= _TIMES and perf_counter() >= self._again

    def run(self, number: int, first: int, last: int, patience: float) -> None:
        """Have the steps of rows first..last - 1 carried out; return when they are. Raises ``StepsLost`` where they are
        not after ``patience`` seconds, or will never be; nobody touches their memory any more then."""
        try:
            if self._line is None:
                raise ConnectionError("it was ended")
            self._line.settimeout(patience)
            self._line.send(STEPS.pack(number, first, last))
            while self._hear(wait=True) != DONE:
                pass
        except OSError as error:
            self._lose()
            raise StepsLost(str(error)) from None
        self.returning()

    def close(self) -> None:
        """End it, from any thread. What is asked of it from now on is done here."""
        with self._ending:
            self._over = True
        self._end()

    def _lose(self) -> None:
        """It has ended, or does not answer: another one may be begun after a while, unless that has been so often."""
        if self._line is None:
            return  # that is known
        self.lost += 1
        self._again = perf_counter() + _AGAIN * 2 ** (self.lost - 1)
        self._end()

    def _end(self) -> None:
        with self._ending:
            self._ready.clear()
            line, self._line, process, self._process = self._line, None, self._process, None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)  # whoever waits for an answer is told
            line.close()
        if process is not None:
            process.kill()  # it has nothing that could be lost
            process.wait()

    def _begun(self) -> socket.socket:
        with self._ending:
            if self._over:
                raise OSError("it was ended")
            if self._line is None and not self.may_begin:
                raise OSError("it has ended lately, or too often")
            if self._line is None:
                line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    self._process = subprocess.Popen(
                        [sys.executable, "-P", "-m", step_server.__name__, str(theirs.fileno())],
                        pass_fds=[theirs.fileno()],
                        env={**os.environ, **_same_products()},
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                self._line = line
            return self._line

    def _hear(self, *, wait: bool) -> bytes:
        """Take the next answer, if there is one; return its kind. Raises ``OSError`` where there will be none."""
        if self._line is None:
            raise ConnectionError("it was ended")
        try:
            message = self._line.recv(LONGEST, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return b""
        kind, rest = message[:1], message[1:]
        if kind == READY:
            self._ready.add(int(rest))
        elif kind == DONE:
            self._weigh(*SECONDS.unpack(rest))
        else:
            raise ConnectionError(rest.decode(errors="replace") or "it was ended")
        return kind

    def _weigh(self, computed: float, passed: float) -> None:
        """Take down what some steps took. Without a processor of its own it takes the window's, which then stands still
        more than where one thread does both in turn: so it rests, ever longer, until it gets one."""
        self.seconds += computed
        self._computed += computed
        self._passed += passed
        if self._passed < _LOOK:
            return
        enough = self._computed >= _ENOUGH * self._passed
        self._computed = self._passed = 0.0
        if enough:
            self._rest = _REST
        else:
            self._rests = perf_counter() + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)

    def _forget(self, number: int) -> None:
        """Nobody wants a program any more. Called wherever that is noticed."""
        self._ready.discard(number)
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.send(STEPS.pack(number, 0, 0), socket.MSG_DONTWAIT)


def _worlds(layout: Layout) -> int:
    return layout.tail[0] if layout.tail else 1


def _same_products() -> dict[str, str]:
    """Return what the other process has to be told so that products have the same last bits there: how many threads the
    matrix library has here."""
    counts = [found["num_threads"] for found in threadpool_info() if found["internal_api"] == "openblas"]
    return {"OPENBLAS_NUM_THREADS": str(max(counts))} if counts else {}


class RemoteProgram(Program):
    """A program whose steps are carried out elsewhere where that can be and is worth it, else here."""

    def __init__(
        self,
        process: StepProcess,
        plan: Plan,
        layout: Layout,
        x: Array,
        y: Array,
        batch: int,
        rows: int,
        shares: bool,
    ) -> None:
        """``shares``: whether the examples are copied for the other process; else each step's are fetched here.

        Raises:
            OSError, MemoryError: it cannot be had.
        """
        self._process = process
        self._cost = 0.0  # seconds of a step that was done here, as it was last
        memory = SharedMemory()
        try:
            if shares:
                x, y = (memory.adopt(np.ascontiguousarray(table, plan.dtype)) for table in (x, y))
            super().__init__(plan, layout, x, y, batch, rows, memory)
            fetched = [] if shares else [op for part in range(len(self._parts)) for op in self._gather_ops(0, part)]
            # what steps begin from, kept until they are back
            self._before = self.optimiser.state()
            self._parameters_before = np.empty_like(self.parameters[0])
            self._fetch = bound(fetched)
            worlds, examples = _worlds(layout), (len(x), x.shape[1], y.shape[1])
            self._number = process.take(
                self,
                lambda number: ProgramWanted(number, plan, worlds, batch, rows, examples, shares, tuple(memory.given)),
                memory,
            )
        finally:
            memory.close()

    @property
    def elsewhere(self) -> bool:
        return self._process.ready(self._number)

    def run(self, first: int, last: int, thread_pair: ThreadPair | None = None) -> None:
        """Carry out the steps of rows first..last - 1. Those that are lost on the way are done again here."""
        if 0 < (last - first) * self._cost < _WORTH or not self.elsewhere:
            self._run_here(first, last, thread_pair)
            return
        self._before = self.optimiser.state(self._before)
        if self.rows == 1:  # else each step has its parameters to itself
            self._parameters_before[...] = self.parameters[0]
        try:
            run(self._fetch)
            expected = (last - first) * self._cost if self._cost else _UNKNOWN
            self._process.run(self._number, first, last, _PATIENCE + 20 * expected)
        except StepsLost:
            self.optimiser.restore(self._before)
            if self.rows == 1:
                self.parameters[0][...] = self._parameters_before
            self._run_here(first, last, thread_pair)

    def _run_here(self, first: int, last: int, thread_pair: ThreadPair | None) -> None:
        began = thread_time()
        super().run(first, last, thread_pair)
        self._cost = (thread_time() - began) / (last - first)
