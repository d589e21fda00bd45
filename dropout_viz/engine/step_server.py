"""A plain process that carries out compiled steps for another one: the far side of ``engine.step_process``.

It is asked over a socket that keeps messages apart. A ``ProgramWanted``, with the files of a program's shared memory,
asks for a program; three numbers ask for some of its steps, or, with none of them, to forget it.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import sys
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from time import perf_counter, thread_time

import numpy as np

from dropout_viz.engine.threads import threads
from dropout_viz.nn.layouts import layout_for
from dropout_viz.nn.memory import SharedMemory
from dropout_viz.nn.ops import Op
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import Program
from dropout_viz.nn.thread_pair import ThreadPair

LONGEST = 1 << 17
"""Bytes of a message."""
FILES = 250
"""Files that a message may bring."""
DONE, READY, FAILED = b"d", b"r", b"f"
"""What an answer begins with: steps are done, followed by ``SECONDS``; a program is made, by its number; why not."""
STEPS = struct.Struct("=qqq")
"""Program, first row, and the row after the last."""
SECONDS = struct.Struct("=dd")
"""Of computing, and by the clock."""


@dataclass(frozen=True)
class ProgramWanted:
    """A program to be made as it was made by who asks.

    Attributes:
        number: of the program. worlds, batch, rows: its own. examples: how many there are, and columns of x and y.
        shares: whether these lie in the shared memory; else each step's are fetched by who asks.
        given: the arrays of the shared memory, in order.
    """

    number: int
    plan: Plan
    worlds: int
    batch: int
    rows: int
    examples: tuple[int, int, int]
    shares: bool
    given: tuple[tuple[tuple[int, ...], str], ...]


class _Fetched(Program):
    """A program whose examples have been fetched when a step begins."""

    def _gather_ops(self, k: int, part: int) -> list[Op]:
        return []


def serve(line: socket.socket) -> None:
    """Make programs and carry out their steps, until there is nobody who asks."""
    programs: dict[int, Program] = {}
    with np.errstate(all="ignore"), ThreadPair() if threads() > 1 else nullcontext() as thread_pair:
        while True:
            message, files, _, _ = socket.recv_fds(line, LONGEST, FILES)
            if not message:
                return
            try:
                if len(message) != STEPS.size:
                    wanted: ProgramWanted = pickle.loads(message)
                    programs[wanted.number] = _made(wanted, files)
                    line.send(READY + str(wanted.number).encode())
                    continue
                number, first, last = STEPS.unpack(message)
                if first == last:
                    programs.pop(number, None)
                    continue
                computed, began = thread_time(), perf_counter()
                programs[number].run(first, last, thread_pair)
                line.send(DONE + SECONDS.pack(thread_time() - computed, perf_counter() - began))
            except Exception as error:
                line.send(FAILED + f"{type(error).__name__}: {error}".encode()[: LONGEST // 2])


def _made(wanted: ProgramWanted, files: list[int]) -> Program:
    """Return the program upon its shared memory. Raises ``ValueError`` for another one."""
    memory, plan = SharedMemory(files), wanted.plan
    examples, columns, outputs = wanted.examples
    shapes = (examples, columns), (examples, outputs)
    if wanted.shares:
        x, y = (memory.empty(shape, plan.dtype) for shape in shapes)
    else:  # of these only the shape matters
        x, y = (np.broadcast_to(np.zeros((), plan.dtype), shape) for shape in shapes)
    layout = layout_for(plan.sizes, wanted.batch, wanted.worlds)
    program = (Program if wanted.shares else _Fetched)(plan, layout, x, y, wanted.batch, wanted.rows, memory)
    memory.close()
    if tuple(memory.given) != wanted.given:
        raise ValueError("another program")
    return program


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    with suppress(OSError), socket.socket(fileno=int(sys.argv[1])) as asked:
        serve(asked)
    os._exit(0)  # at once, whatever a second thread is doing
