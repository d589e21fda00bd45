"""Convolution and pooling: one pair of layers, forward and backward, on buffers made beforehand.

A pair is a 5 x 5 convolution that keeps the picture's size (a border of zeros two wide), a bias a map, an activation
function, and the maximum of every 2 x 2 square. Arrays are (examples, rows, columns, maps): the numbers that one
kernel sees at one place then lie in five short runs, and gathering them for every place (the columns matrix, "im2col")
is one call. What is left is matrix products:

    c = columns(x) K,    ∂K = columns(x)ᵀ δ,    ∂x = columns(δ) K turned by half a turn

Bias and activation come after the maximum: both are monotone, so max(f(c + b)) = f(max(c) + b) at a quarter of the
cost. (LeCun et al. 1998 have the pair; the sizes here are those of TensorFlow's old "deep MNIST" tutorial.)
The work goes a few examples at a time, so that a columns matrix stays in the cache; it is cheaper to gather it again
for the gradient than to keep it.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.ops import Call, Op, subscript, tag

Array = NDArray[Any]
KERNEL = 5
"""Rows and columns of a kernel."""
POOL = 2
"""Rows and columns of the squares of which the maximum is taken."""
_EDGE = KERNEL // 2
_MOST = 1 << 21  # numbers in a columns matrix


class Shape(NamedTuple):
    """The pictures that go into a pair: rows, columns, and maps (1 for grey pixels)."""

    height: int
    width: int
    maps: int

    def pooled(self, maps: int) -> Shape:
        """Return what comes out of a pair with so many maps."""
        return Shape(self.height // POOL, self.width // POOL, maps)

    @property
    def fan_in(self) -> int:
        """Weights of one kernel."""
        return KERNEL * KERNEL * self.maps


def seen_by(row: int, column: int, height: int, width: int) -> tuple[int, int, int, int]:
    """Return the rows and columns (first, last + 1 each) of a picture that a number of the pooled maps saw.

    ``height`` and ``width`` are the picture's: what hangs over its edge are zeros.
    """
    size = KERNEL + POOL - 1
    top, left = POOL * row - _EDGE, POOL * column - _EDGE
    return max(top, 0), min(top + size, height), max(left, 0), min(left + size, width)


class ConvolutionPair:
    """One pair, for a fixed number of examples.

    Attributes:
        into: where the pair's input is to be put, (examples, height, width, maps in).
        h: what the pair gives, (examples, height / 2, width / 2, maps), after bias and activation.
    """

    def __init__(self, number: int, shape: Shape, h: Array, activation: str, *, training: bool) -> None:
        """Make the buffers. ``number`` counts the pairs from 1; ``shape`` is of one input, its height and width even;
        ``h`` is where the maps go, of a shape that fits. The activation must be monotone."""
        examples, maps, dtype = len(h), h.shape[-1], h.dtype
        self._number, self._shape, self._maps, self.h = number, shape, maps, h
        self._function = ACTIVATIONS[activation]
        self._padded = _bordered(examples, shape, dtype)
        self.into = _inside(self._padded)
        back = Shape(shape.height, shape.width, maps)
        passes_on = training and number > 1  # nobody asks for the derivative by the pixels
        most = max(shape.fan_in, back.fan_in if passes_on else 0)
        self._pieces = _pieces(examples, shape.height * shape.width * most)
        longest = max(piece.stop - piece.start for piece in self._pieces)
        self._columns = np.empty(longest * shape.height * shape.width * most, dtype)
        self._z = np.empty((longest, *back), dtype)
        self._upper, self._lower = (np.empty((longest, *self.h.shape[1:]), dtype) for _ in range(2))
        self._winners: tuple[Array, ...] = ()
        if training:
            # right beat left in the upper row, right beat left in the lower row, the lower row beat the upper
            self._winners = tuple(np.empty(self.h.shape, bool) for _ in range(3))
            self._slope = np.empty_like(self.h)
            self._part = np.empty((shape.fan_in, maps), dtype)
        if passes_on:
            self._padded_delta = _bordered(longest, back, dtype)
            self._turned = np.empty((KERNEL, KERNEL, maps, shape.maps), dtype)

    def forward_ops(self, kernels: Array, bias: Array) -> list[Op]:
        """Return the calls from ``into`` to ``h``. ``kernels``: (25 maps in, maps), by row, column, map in."""
        n, h, ops = subscript(self._number), self.h, list[Op]()
        for piece in self._pieces:
            z = self._z[: piece.stop - piece.start]
            columns, gather = self._gather(self._padded[piece])
            calls: list[Call] = [gather, (columns.dot, (kernels, z.reshape(-1, self._maps)))]
            ops += tag("forward", f"c{n} = {self._before} ∗ K{n}", calls)
            ops += tag("forward", f"c{n} ← max of 2 × 2", self._pool(z, piece))
        if bias.size:
            ops += tag("forward", f"c{n} ← c{n} + k{n}", [(np.add, (h, bias, h))])
        negate: list[Call] = [(np.negative, (h, h))] if self._function.negated else []
        return ops + tag("forward", f"c{n} ← {self._function.formula}, z = c{n}", negate + self._function.calls(h, h))

    def backward_ops(
        self, delta: Array, kernels: Array, by_kernels: Array, by_bias: Array, by_input: Array | None
    ) -> list[Op]:
        """Return the calls from the loss' derivative by ``h`` to those by the pair's parameters and input.

        ``delta``, shaped as ``h``, is overwritten. ``by_kernels`` (25 maps in, maps), ``by_bias`` (maps,) or empty, and
        ``by_input`` (examples, height, width, maps in), None for the first pair, receive the derivatives.
        """
        n, ops = subscript(self._number), list[Op]()
        slope = self._function.slope_calls(self.h, self._slope)
        ops += tag("backward", f"slope = {self._function.slope_formula}", slope)
        ops += tag("backward", "δ ← δ · slope", [(np.multiply, (delta, self._slope, delta))])
        if by_bias.size:
            rows = delta.reshape(-1, self._maps)
            ops += tag("backward", f"∂k{n} = sum of δ", [(np.add.reduce, (rows, 0, None, by_bias))])
        calls: list[Call]
        if by_input is not None:
            kernel = kernels.reshape(KERNEL, KERNEL, -1, self._maps)
            turn: Call = (np.copyto, (self._turned, kernel[::-1, ::-1].swapaxes(2, 3)))
            ops += tag("backward", f"turn K{n} by half a turn", [turn])
        for piece in self._pieces:
            dz = self._z[: piece.stop - piece.start]
            rows = dz.reshape(-1, self._maps)
            ops += tag("backward", "δ ← δ where the 2 × 2 is largest", self._unpool(delta[piece], dz, piece))
            columns, gather = self._gather(self._padded[piece])
            calls = [gather, (columns.T.dot, (rows, self._part if piece.start else by_kernels))]
            if piece.start:
                calls.append((np.add, (by_kernels, self._part, by_kernels)))
            ops += tag("backward", f"∂K{n} = {self._before} ∗ δ", calls)
            if by_input is not None:
                padded = self._padded_delta[: len(dz)]
                columns, gather = self._gather(padded)
                into = by_input[piece].reshape(len(rows), -1)
                calls = [
                    (np.copyto, (_inside(padded), dz)),
                    gather,
                    (columns.dot, (self._turned.reshape(-1, self._shape.maps), into)),
                ]
                ops += tag("backward", f"δ = δ ∗ turned K{n}", calls)
        return ops

    @property
    def _before(self) -> str:
        return "x" if self._number == 1 else f"c{subscript(self._number - 1)}"

    def _gather(self, padded: Array) -> tuple[Array, Call]:
        """Return padded pictures' columns matrix, (examples · height · width, 25 maps), and the call that fills it."""
        examples, _, _, maps = padded.shape
        shape = (examples, self._shape.height, self._shape.width, KERNEL, KERNEL, maps)
        seen = as_strided(padded, shape, (*padded.strides[:3], *padded.strides[1:]))
        memory = self._columns[: seen.size]
        if maps > 1:
            return memory.reshape(-1, KERNEL * KERNEL * maps), (np.copyto, (memory.reshape(shape), seen))
        # Five numbers are too short a run to copy: with the places one after the other in memory it takes a quarter.
        by_place = memory.reshape(*shape[3:], *shape[:3]).transpose(3, 4, 5, 0, 1, 2)
        return memory.reshape(KERNEL * KERNEL, -1).T, (np.copyto, (by_place, seen))

    def _pool(self, z: Array, piece: slice) -> list[Call]:
        a, b, c, d = _corners(z)
        upper, lower = self._upper[: len(z)], self._lower[: len(z)]
        calls: list[Call] = [
            (partial(np.maximum, out=upper), (a, b)),
            (partial(np.maximum, out=lower), (c, d)),
            (partial(np.maximum, out=self.h[piece]), (upper, lower)),
        ]
        if self._winners:  # where several are equal, the first in reading order wins
            right_above, right_below, below = (won[piece] for won in self._winners)
            calls += [
                (np.greater, (b, a, right_above)),
                (np.greater, (d, c, right_below)),
                (np.greater, (lower, upper, below)),
            ]
        return calls

    def _unpool(self, delta: Array, dz: Array, piece: slice) -> list[Call]:
        a, b, c, d = _corners(dz)
        upper, lower = self._upper[: len(dz)], self._lower[: len(dz)]
        right_above, right_below, below = (won[piece] for won in self._winners)
        return [
            (np.multiply, (delta, below, lower)),
            (np.subtract, (delta, lower, upper)),
            (np.multiply, (upper, right_above, b)),
            (np.subtract, (upper, b, a)),
            (np.multiply, (lower, right_below, d)),
            (np.subtract, (lower, d, c)),
        ]


def _bordered(examples: int, shape: Shape, dtype: Any) -> Array:
    return np.zeros((examples, shape.height + 2 * _EDGE, shape.width + 2 * _EDGE, shape.maps), dtype)


def _inside(padded: Array) -> Array:
    """Return pictures without their border, as a view."""
    return padded[:, _EDGE:-_EDGE, _EDGE:-_EDGE]


def _corners(z: Array) -> tuple[Array, Array, Array, Array]:
    """Return the four corners of every 2 x 2 square as views, in reading order."""
    return z[:, ::2, ::2], z[:, ::2, 1::2], z[:, 1::2, ::2], z[:, 1::2, 1::2]


def _pieces(examples: int, each: int) -> list[slice]:
    """Cut the examples into even pieces of at most ``_MOST`` numbers, but at least one example."""
    count = -(-examples // max(1, _MOST // each))
    ends = [examples * i // count for i in range(count + 1)]
    return [slice(a, b) for a, b in zip(ends, ends[1:], strict=False)]
