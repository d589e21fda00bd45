"""The outputs of many thinned networks from the subset sums of two halves of the units that they drop.

An output's pre-activation is z = u + v, with u one of 2^a sums and v one of 2^b. So

    1 / (1 + e^-(u+v)) = e^u / (e^u + e^-v),        softmax: e^u_k e^v_k / sum over k of e^u_k e^v_k

and 2^(a+b) networks take 2^a + 2^b exponentials, and one sum and one division a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.activations import ACTIVATIONS

Array = NDArray[Any]

BLOCK = 1 << 15  # numbers in the largest temporary array: 256 kB, which stays in the cache
_LARGEST, _SPREAD = 700.0, 340.0  # exponents that float64 holds; half as much where two are multiplied


class Halves(NamedTuple):
    """Some masks of the layers below, and for each the subset sums of the last hidden layer in two halves.

    ``u`` (masks, examples, outputs, 2^a) holds the biases too, ``v`` (masks, examples, outputs, 2^b); ``pu`` (2^a,) and
    ``pv`` (2^b,) are the chances of the halves' subsets, ``below`` (masks,) those of the masks.
    """

    u: Array
    v: Array
    pu: Array
    pv: Array
    below: Array


def mean(output: str, halves: Halves) -> Array:
    """Return the mean output over both halves' subsets: (masks, examples, outputs)."""
    shape = halves.u.shape[:3]
    if output == "softmax":
        u, v = (part.reshape(-1, *part.shape[2:]) for part in (halves.u, halves.v))  # (rows, outputs, subsets)
        return _mean_softmax(u, v, halves.pu, halves.pv).reshape(shape)
    u, v = (part.reshape(-1, part.shape[3]) for part in (halves.u, halves.v))  # (rows, subsets)
    if output == "tanh":  # a sigmoid between -1 and 1
        return 2 * _mean_sigmoid(2 * u, 2 * v, halves.pu, halves.pv).reshape(shape) - 1
    return _mean_sigmoid(u, v, halves.pu, halves.pv).reshape(shape)


def _blocks(rows: int, first: int, second: int) -> Iterator[tuple[slice, slice]]:
    """Cut (rows, first) so that a block of both, times ``second``, is of bounded size."""
    width = max(1, min(first, BLOCK // second))
    depth = max(1, min(rows, BLOCK // (width * second)))
    for r in range(0, rows, depth):
        for c in range(0, first, width):
            yield slice(r, r + depth), slice(c, c + width)


def _mean_sigmoid(u: Array, v: Array, pu: Array, pv: Array) -> Array:
    """Return the mean of 1 / (1 + exp(-u - v)) over both halves: u (rows, 2^a), v (rows, 2^b) -> (rows,)."""
    out = np.zeros(len(u))
    if not (_fits(u) and _fits(v)):
        for r, c in _blocks(len(u), u.shape[1], v.shape[1]):
            out[r] += ACTIVATIONS["sigmoid"].value(u[r, c, None] + v[r, None]) @ pv @ pu[c]
        return out
    up = np.exp(u)
    first, second = np.ones((*u.shape, 2)), np.ones((len(v), 2, v.shape[1]))
    first[..., 0] = up  # e^u + e^-v as a product: (e^u, 1) @ (1, e^-v)
    np.exp(-v, out=second[:, 1])
    for r, c, each in _shares(first, second):
        out[r] += ((each @ pv) * up[r, c] * pu[c]).sum(axis=1)
    return out


def _mean_softmax(u: Array, v: Array, pu: Array, pv: Array) -> Array:
    """Return the mean softmax over both halves: u (rows, outputs, 2^a), v (rows, outputs, 2^b) -> (rows, outputs)."""
    up, down = _shifted(u), _shifted(v)
    out = np.zeros(u.shape[:2])
    if up is None or down is None:
        for r, c in _blocks(len(u), u.shape[2], v.shape[2] * u.shape[1]):
            z = u[r, :, c, None] + v[r, :, None]
            each = np.exp(z - z.max(axis=1, keepdims=True))
            each /= each.sum(axis=1, keepdims=True)
            out[r] += np.einsum("rkuv,u,v->rk", each, pu[c], pv)
        return out
    first, back = np.ascontiguousarray(np.swapaxes(up, 1, 2)), np.swapaxes(down * pv, 1, 2)
    for r, c, each in _shares(first, down):
        out[r] += ((each @ back[r]) * first[r, c] * pu[c, None]).sum(axis=1)
    return out


def _shares(first: Array, second: Array) -> Iterator[tuple[slice, slice, Array]]:
    """Yield 1 / (first @ second), (rows, 2^a, k) by (rows, k, 2^b), in pieces: which rows, which of 2^a, the piece.

    A product of thin matrices is twice as fast as adding a column to a row, and the next piece takes the last one's
    memory: asking for new memory would cost as much again.
    """
    rows, wide, n = len(first), first.shape[1], second.shape[2]
    memory = np.empty(min(rows * wide * n, max(BLOCK, n)))
    for r, c in _blocks(rows, wide, n):
        piece = first[r, c]
        shape = (*piece.shape[:2], n)
        each = memory[: shape[0] * shape[1] * n].reshape(shape)
        np.matmul(piece, second[r], out=each)
        yield r, c, np.divide(1.0, each, out=each)  # np.reciprocal takes twice as long


def _fits(z: Array) -> bool:
    """Return whether float64 holds exp of z and of -z; not where z is not a number."""
    return bool(z.max() < _LARGEST and z.min() > -_LARGEST)


def _shifted(z: Array) -> Array | None:
    """Return exp(z), divided by its largest output in each subset, or None where that would leave float64's range."""
    least, most = z.min(axis=-2, keepdims=True), z.max(axis=-2, keepdims=True)
    return np.exp(z - most) if (most - least).max() < _SPREAD else None


def each_of(output: str, halves: Halves, k: int) -> Array:
    """Return one output of every network for the one example: (masks, 2^a, 2^b)."""
    u, v = halves.u[:, 0], halves.v[:, 0]  # (masks, outputs, subsets)
    if output == "softmax":
        up, down = _shifted(u), _shifted(v)
        if up is not None and down is not None:
            each = np.swapaxes(up, 1, 2) @ down
            return np.asarray(np.divide(np.multiply(up[:, k, :, None], down[:, k, None]), each, out=each))
        z = np.moveaxis(u[..., None] + v[..., None, :], 1, -1)  # (masks, 2^a, 2^b, outputs)
        return np.asarray(ACTIVATIONS["softmax"].value(z.reshape(-1, z.shape[-1]))[:, k].reshape(z.shape[:-1]))
    first, second = u[:, k], v[:, k]
    if output == "sigmoid" and _fits(first) and _fits(second):
        up = np.exp(first)[:, :, None]
        each = up + np.exp(-second)[:, None, :]
        return np.asarray(np.divide(up, each, out=each))
    return np.asarray(ACTIVATIONS[output].value(first[:, :, None] + second[:, None, :]))
