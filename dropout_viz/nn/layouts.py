"""How a batch of worlds lies in memory, and the linear algebra that follows from it.

Arrays are (examples, units) for one world, and (examples, units, worlds) for many. In memory the world axis of tiny
nets is last too: each call is then one long contiguous loop, which beats a stack of tiny matrix products by far (see
the benchmarks). For larger nets a stack of products is faster, and in memory the world axis lies before the others.
Everything element-wise is the same in all, so a layout is an empty array, three products and a gather.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.memory import OWN, Memory
from dropout_viz.nn.ops import Call

Array = NDArray[Any]
TINY = 1_000
"""Multiplications of a world's forward pass up to which a loop along the worlds beats matrix products."""
LARGE = 1_000_000  # multiplications from which the shape of a product matters more than one call more


class Layout(Protocol):
    """The operations that depend on the layout. ``shared`` inputs have no world axis: all worlds see the same."""

    @property
    def tail(self) -> tuple[int, ...]:
        """The axes that follow (examples, units): none, or the worlds."""

    def empty(self, shape: tuple[int, ...], dtype: Any, rows: int | None = None, memory: Memory = OWN) -> Array:
        """Return an unset array of shape (*shape, *tail), or (rows, *shape, *tail): one for each row of a block."""

    def forward(self, a: Array, w: Array, out: Array, shared: bool) -> list[Call]:
        """z[n, j] = sum over i of a[n, i] w[i, j]."""

    def backward(self, d: Array, w: Array, out: Array) -> list[Call]:
        """Delta by the layer's input: sum over j of d[n, j] w[i, j]."""

    def gradient(self, a: Array, d: Array, out: Array, shared: bool) -> list[Call]:
        """g[i, j] = sum over n of a[n, i] d[n, j]."""

    def total(self, d: Array, out: Array) -> list[Call]:
        """g[j] = sum over n of d[n, j]."""

    def batch(self, table: Array, size: int, memory: Memory = OWN) -> Array:
        """Return a buffer for a mini-batch of ``table`` (examples, columns), shape (size, columns, *tail)."""

    def gather(self, table: Array, rows: Array, out: Array) -> list[Call]:
        """Fill such a buffer with the chosen ``rows`` of the table, shape (size, *tail)."""


class OneWorld:
    """Plain matrices."""

    @property
    def tail(self) -> tuple[int, ...]:
        return ()

    def empty(self, shape: tuple[int, ...], dtype: Any, rows: int | None = None, memory: Memory = OWN) -> Array:
        return memory.empty(shape if rows is None else (rows, *shape), dtype)

    def forward(self, a: Array, w: Array, out: Array, shared: bool) -> list[Call]:
        return [(a.dot, (w, out))]

    def backward(self, d: Array, w: Array, out: Array) -> list[Call]:
        if len(d) * w.size < LARGE:
            return [(d.dot, (w.T, out))]
        # The matrix library takes a large left factor faster as it lies than it takes a right one turned over.
        turned = np.empty(out.shape[::-1], out.dtype)
        return [(w.dot, (d.T, turned)), (np.copyto, (out, turned.T))]

    def gradient(self, a: Array, d: Array, out: Array, shared: bool) -> list[Call]:
        return [(a.T.dot, (d, out))]

    def total(self, d: Array, out: Array) -> list[Call]:
        return [(np.add.reduce, (d, 0, None, out))]

    def batch(self, table: Array, size: int, memory: Memory = OWN) -> Array:
        return memory.empty((size, table.shape[1]), table.dtype)

    def gather(self, table: Array, rows: Array, out: Array) -> list[Call]:
        return [(table.take, (rows, 0, out, "clip"))]  # "clip": the default mode would copy through a buffer


class WorldsLast:
    """Many worlds of tiny nets: the last axis in memory too."""

    def __init__(self, worlds: int) -> None:
        self._worlds = worlds

    @property
    def tail(self) -> tuple[int, ...]:
        return (self._worlds,)

    def empty(self, shape: tuple[int, ...], dtype: Any, rows: int | None = None, memory: Memory = OWN) -> Array:
        return memory.empty((*(() if rows is None else (rows,)), *shape, self._worlds), dtype)

    def forward(self, a: Array, w: Array, out: Array, shared: bool) -> list[Call]:
        if shared:  # one matrix product for all worlds at once
            return [(a.dot, (w.reshape(len(w), -1), out.reshape(len(out), -1)))]
        return _contract("nir,ijr->njr", a, w, out)

    def backward(self, d: Array, w: Array, out: Array) -> list[Call]:
        if d.shape[1] == 1:  # one output: no sum at all
            return [(np.multiply, (d, w[:, 0], out))]
        return _contract("njr,ijr->nir", d, w, out)

    def gradient(self, a: Array, d: Array, out: Array, shared: bool) -> list[Call]:
        if shared:
            return [(a.T.dot, (d.reshape(len(d), -1), out.reshape(len(out), -1)))]
        return _contract("nir,njr->ijr", a, d, out)

    def total(self, d: Array, out: Array) -> list[Call]:
        return [(np.add.reduce, (d, 0, None, out))]

    def batch(self, table: Array, size: int, memory: Memory = OWN) -> Array:
        # columns first in memory: the gather then writes whole rows of worlds
        return memory.empty((table.shape[1], size, *self.tail), table.dtype).transpose(1, 0, 2)

    def gather(self, table: Array, rows: Array, out: Array) -> list[Call]:
        return [(table.T.take, (rows, 1, out.transpose(1, 0, 2), "clip"))]


class WorldsFirst:
    """Many worlds of larger nets: in memory each world's array is whole, and a product is a stack of products."""

    def __init__(self, worlds: int) -> None:
        self._worlds = worlds

    @property
    def tail(self) -> tuple[int, ...]:
        return (self._worlds,)

    def empty(self, shape: tuple[int, ...], dtype: Any, rows: int | None = None, memory: Memory = OWN) -> Array:
        if rows is None:
            return np.moveaxis(memory.empty((self._worlds, *shape), dtype), 0, -1)
        return np.moveaxis(memory.empty((rows, self._worlds, *shape), dtype), 1, -1)

    def forward(self, a: Array, w: Array, out: Array, shared: bool) -> list[Call]:
        return [(np.matmul, (a if shared else stacked(a), stacked(w), stacked(out)))]

    def backward(self, d: Array, w: Array, out: Array) -> list[Call]:
        if d.shape[1] == 1:  # one output: no sum at all
            return [(np.multiply, (stacked(d), stacked(w).swapaxes(1, 2), stacked(out)))]
        return [(np.matmul, (stacked(d), stacked(w).swapaxes(1, 2), stacked(out)))]

    def gradient(self, a: Array, d: Array, out: Array, shared: bool) -> list[Call]:
        turned = a.T if shared else stacked(a).swapaxes(1, 2)
        return [(np.matmul, (turned, stacked(d), stacked(out)))]

    def total(self, d: Array, out: Array) -> list[Call]:
        return [(np.matmul, (np.ones(len(d), d.dtype), stacked(d), stacked(out)))]  # a quarter of what a sum takes

    def batch(self, table: Array, size: int, memory: Memory = OWN) -> Array:
        return self.empty((size, table.shape[1]), table.dtype, memory=memory)

    def gather(self, table: Array, rows: Array, out: Array) -> list[Call]:
        return [(table.take, (rows.T, 0, stacked(out), "clip"))]


def stacked(a: Array) -> Array:
    """Return a view with the last axis, the worlds, first."""
    return np.moveaxis(a, -1, 0)


def layout_for(sizes: Sequence[int], batch: int, worlds: int) -> Layout:
    """Return the layout that is fastest for nets of such layer sizes."""
    if worlds == 1:
        return OneWorld()
    work = batch * sum(i * j for i, j in zip(sizes, sizes[1:], strict=False))
    return WorldsLast(worlds) if work <= TINY else WorldsFirst(worlds)


def _contract(subscripts: str, first: Array, second: Array, out: Array) -> list[Call]:
    """A sum of products over one index. einsum's inner loop runs along the worlds, with no temporary array."""
    return [(_sum_of_products, (subscripts, first, second, out))]


def _sum_of_products(subscripts: str, first: Array, second: Array, out: Array) -> None:
    np.einsum(subscripts, first, second, out=out)
