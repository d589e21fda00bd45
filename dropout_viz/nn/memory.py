"""Where a program's buffers lie: in its own process's memory, or in memory that two processes share.

Two programs of the same plan ask for the same buffers in the same order. So whoever has a program's shared memory can
make the same program upon it, and carry out its steps where the other one finds what they left.
"""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_BLOCK = 1 << 22  # bytes of a block that small buffers share
_ALIGNED = 64  # bytes: a line of the cache, and what vector instructions like


class Memory:
    """A process's own."""

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """Return an unset array."""
        return np.empty(shape, dtype)

    def adopt(self, array: Array) -> Array:
        """Return an array that holds the same, to be used in its place."""
        return array


OWN = Memory()


class SharedMemory(Memory):
    """Blocks of anonymous shared memory, cut into arrays one after the other. Nothing is ever given back singly: a
    block goes with the last array in it, in all processes.

    Attributes:
        files: a file descriptor for each block, for whoever is to share them; closed by ``close``.
        given: shape and type of each array, in order: two who share must agree on it.
    """

    def __init__(self, files: Sequence[int] | None = None) -> None:
        """``files``: the blocks of one that another process has filled; None: begin one.

        Raises:
            OSError: there is no such memory.
        """
        self._theirs = list(files) if files is not None else None
        self.files: list[int] = []
        self.given: list[tuple[tuple[int, ...], str]] = []
        self._block: mmap.mmap | None = None
        self._used = 0

    @staticmethod
    def possible() -> bool:
        """Return whether this system has memory that is shared by handing over a file descriptor."""
        return hasattr(os, "memfd_create")

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Array:
        self.given.append((tuple(shape), np.dtype(dtype).str))
        length = math.prod(shape) * np.dtype(dtype).itemsize
        if self._block is None or self._used + length > len(self._block):
            self._block, self._used = self._next_block(max(length, _BLOCK)), 0
        array = np.ndarray(shape, dtype, self._block, self._used)
        self._used += -(-length // _ALIGNED) * _ALIGNED
        return array

    def adopt(self, array: Array) -> Array:
        axes = np.argsort([-stride for stride in array.strides], kind="stable")  # as they lie in memory
        shared = self.empty(tuple(array.shape[axis] for axis in axes), array.dtype).transpose(np.argsort(axes))
        if self._theirs is None:  # else it is there already
            shared[...] = array
        return shared

    def close(self) -> None:
        """Let go of the files: the arrays keep their blocks."""
        for file in self.files:
            os.close(file)
        self.files = []

    def _next_block(self, length: int) -> mmap.mmap:
        if self._theirs is None:
            self.files.append(os.memfd_create("steps"))
            os.ftruncate(self.files[-1], length)
        else:
            self.files.append(self._theirs.pop(0))
        return mmap.mmap(self.files[-1], length)
