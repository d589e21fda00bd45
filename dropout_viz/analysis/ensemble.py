"""What all thinned networks of one network say, and what their several averages say.

The units of the last hidden layer reach an output by a sum, so the output's pre-activation under a mask is a subset sum
z = b + sum of m_j h_j w_j. The subset is split into two halves: z = u + v with 2^(n/2) values each, and

    1 / (1 + e^-(u+v)) = e^u / (e^u + e^-v),        softmax: e^u_k e^v_k / sum over k of e^u_k e^v_k

so that 2^n networks take 2 * 2^(n/2) exponentials, and one sum and one division a network. Masks of the layers below
are enumerated, and each of them has such a sum. What is too large to enumerate is sampled, and the error told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import subsets
from dropout_viz.analysis.thinned import Network
from dropout_viz.nn.activations import ACTIVATIONS

Array = NDArray[Any]

EXACT = 20  # most units that may be off where all 2^n networks are counted
BELOW = 16  # most of them that may lie below the last hidden layer: each of their masks needs a forward pass
SAMPLES = 4096  # networks drawn beyond that
_BLOCK = 1 << 15  # numbers in the largest temporary array: 256 kB, which stays in the cache
_LARGEST, _SPREAD = 700.0, 340.0  # exponents that float64 holds; half as much where two are multiplied


class Means(NamedTuple):
    """What averages over the thinned networks say, (examples, outputs) each.

    Attributes:
        arithmetic: the mean of their outputs, weighted by their probabilities.
        geometric: the normalised geometric mean: for a sigmoid G / (G + G') with G the weighted geometric mean of the
            outputs a and G' that of 1 - a; for a softmax the geometric means made to add up to 1. Both are the output
            function of the mean pre-activation (Baldi & Sadowski 2013), and so it is for tanh, taken as a sigmoid
            between -1 and 1; of a linear output it is the arithmetic mean.
        error: standard error of ``arithmetic``: 0 where all networks were counted, else that of the sample.
        shift: standard error of ``geometric``, likewise.
    """

    arithmetic: Array
    geometric: Array
    error: Array
    shift: Array


@dataclass(frozen=True, eq=False)
class Members:
    """The thinned networks one by one, for one example and one output.

    Attributes:
        outputs: what each says, (networks,). probabilities: of each, (networks,); they add up to 1.
        all: whether these are all 2^n. Then bit t of a network's index tells whether unit ``units[t]`` is on.
        units: (layer, index) of every unit that may be off.
        masks: of sampled networks, per unit layer (networks, units); empty where all were counted.
    """

    outputs: Array
    probabilities: Array
    all: bool
    units: tuple[tuple[int, int], ...]
    masks: tuple[Array, ...] = ()

    def on(self, index: int) -> tuple[tuple[int, int], ...]:
        """Return which of ``units`` are on in a network."""
        if self.all:
            return tuple(u for t, u in enumerate(self.units) if index >> t & 1)
        return tuple((layer, unit) for layer, unit in self.units if self.masks[layer][index, unit])


def is_exact(network: Network) -> bool:
    """Return whether all 2^n thinned networks are counted rather than sampled."""
    return network.n <= EXACT and sum(map(len, network.can_drop[:-1])) <= BELOW


def is_one_layer(network: Network) -> bool:
    """Return whether only the last hidden layer drops units, each scaled so that its mean is kept.

    Then the weight-scaled network *is* the normalised geometric mean (Baldi & Sadowski 2013).
    """
    below = sum(map(len, network.can_drop[:-1]))
    kept = np.allclose(network.on[-1] * (1 - network.drop[-1]), network.all_on[-1], rtol=1e-12, atol=0)
    return below == 0 and network.n > 0 and kept


def means(network: Network, x: Array, samples: int = SAMPLES, seed: int = 0) -> Means:
    """Return the averages over all thinned networks, or over ``samples`` drawn ones, for examples x."""
    parts = list(stream(network, x, samples, seed))
    return parts[0] if len(parts) == 1 else Means(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def stream(network: Network, x: Array, samples: int = SAMPLES, seed: int = 0) -> Iterator[Means]:
    """Yield the averages for a few examples after another, each part within about 20 ms; in all those of ``means``."""
    x = np.atleast_2d(np.asarray(x, float))
    exact = is_exact(network)
    work = (1 << network.n) if exact else samples * sum(network.sizes)
    rows = max(1, 10_000_000 // work)
    for first in range(0, len(x), rows):
        part = x[first : first + rows]
        yield _counted(network, part) if exact else _sampled(network, part, samples, seed)


def members(network: Network, example: Array, output: int, samples: int = SAMPLES, seed: int = 0) -> Members:
    """Return every thinned network's value of one output for one example (features,), or those of a sample."""
    units = tuple((layer, int(u)) for layer in reversed(range(len(network.drop))) for u in network.can_drop[layer])
    row = np.asarray(example, float)[None]
    if not is_exact(network):
        masks = network.draw(samples, np.random.default_rng(seed))
        values = network.under(row, masks)[1][:, 0, output]
        return Members(values, np.full(samples, 1 / samples), False, units, tuple(masks))
    parts, chances = [], []
    with np.errstate(all="ignore"):
        for halves in _halves(network, row):
            parts.append(_each(network.output, halves, output).ravel())
            chances.append(np.multiply.outer(halves.below, np.multiply.outer(halves.pu, halves.pv)).ravel())
    return Members(np.concatenate(parts), np.concatenate(chances), True, units)


def monte_carlo(network: Network, x: Array, k: int, seed: int) -> Array:
    """Return what k thinned networks drawn as training draws them say: (k, examples, outputs).

    The first k of a longer draw with the same seed are the same networks.
    """
    streams = [np.random.default_rng([seed, layer]) for layer in range(len(network.drop))]
    masks = [stream.random((k, len(p))) >= p for stream, p in zip(streams, network.drop, strict=True)]
    return network.under(np.atleast_2d(x), masks)[1]


# Counting all


class _Halves(NamedTuple):
    """Some masks of the layers below, and for each the subset sums of the last hidden layer in two halves.

    ``u`` (masks, examples, outputs, 2^a) holds the biases too, ``v`` (masks, examples, outputs, 2^b); ``pu`` (2^a,) and
    ``pv`` (2^b,) are the chances of the halves' subsets, ``below`` (masks,) those of the masks.
    """

    u: Array
    v: Array
    pu: Array
    pv: Array
    below: Array


def _halves(network: Network, x: Array) -> Iterator[_Halves]:
    """Yield all thinned networks in the order of their indices, a block of lower masks after another."""
    last = len(network.weights) - 1
    top, drop = network.can_drop[last], network.drop[last]
    w = network.weights[last] * network.on[last][:, None]  # (units, outputs)
    always = np.where(drop[:, None] > 0, 0.0, w)
    by_output = w[top].T
    b = (len(top) + 1) // 2
    pv, pu = subsets.chances(drop[top[:b]]), subsets.chances(drop[top[b:]])
    lower = [(layer, unit) for layer in reversed(range(last)) for unit in network.can_drop[layer].tolist()]
    chances = subsets.chances(np.array([network.drop[layer][unit] for layer, unit in lower]))
    block = max(1, _BLOCK // (len(x) * (max(network.sizes) + len(pu) + len(pv))))
    for first in range(0, len(chances), block):
        below = chances[first : first + block]
        h = _last_hidden(network, x, _lower_gains(network, lower, np.arange(first, first + len(below))))
        terms = h[:, :, None, top] * by_output  # (masks, examples, outputs, units)
        u, v = subsets.sums(terms[..., b:]), subsets.sums(terms[..., :b])
        u += (h @ always + network.biases[last])[..., None]
        yield _Halves(u, v, pu, pv, below)


def _lower_gains(network: Network, lower: list[tuple[int, int]], indices: Array) -> list[Array]:
    """Return what multiplies each unit layer below the last hidden one under some masks: (masks, 1, units) each."""
    if not lower:
        return [g[None, None] for g in network.on[:-1]]
    on = subsets.bits(indices, len(lower))
    gains = [np.repeat(g[None], len(indices), axis=0) for g in network.on[:-1]]
    for t, (layer, unit) in enumerate(lower):
        gains[layer][:, unit] *= on[:, t]
    return [g[:, None] for g in gains]


def _last_hidden(network: Network, x: Array, gains: list[Array]) -> Array:
    """Return the last hidden layer's values under some masks of the layers below: (masks, examples, units)."""
    h = x[None]
    for layer, gain in enumerate(gains):
        h = h * gain
        z = h.reshape(-1, h.shape[-1]) @ network.weights[layer] + network.biases[layer]
        h = network.activate(z, layer + 1).reshape(*h.shape[:2], -1)
    return h


def _counted(network: Network, x: Array) -> Means:
    shape = (len(x), network.sizes[-1])
    arithmetic, logit = np.zeros(shape), np.zeros(shape)
    with np.errstate(all="ignore"):  # a diverged network has averages too: of inf and nan
        for halves in _halves(network, x):
            mean_z = halves.u @ halves.pu + halves.v @ halves.pv
            logit += _over(halves.below, mean_z)
            mean = mean_z if network.output == "linear" else _average(network.output, halves)
            arithmetic += _over(halves.below, mean)
        geometric = network.activate(logit, len(network.weights))
    return Means(arithmetic, geometric, np.zeros(shape), np.zeros(shape))


def _over(chances: Array, values: Array) -> Array:
    """Return the mean over the masks of the layers below: (masks,) and (masks, examples, outputs)."""
    return (chances @ values.reshape(len(chances), -1)).reshape(values.shape[1:])


def _average(output: str, halves: _Halves) -> Array:
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
    width = max(1, min(first, _BLOCK // second))
    depth = max(1, min(rows, _BLOCK // (width * second)))
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
    memory = np.empty(min(rows * wide * n, max(_BLOCK, n)))
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


def _each(output: str, halves: _Halves, k: int) -> Array:
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


# Sampling


def _sampled(network: Network, x: Array, samples: int, seed: int) -> Means:
    logits, outputs = network.under(x, network.draw(samples, np.random.default_rng(seed)))
    root = np.sqrt(samples)
    logit, spread = logits.mean(axis=0), logits.std(axis=0, ddof=1) / root
    layer = len(network.weights)
    with np.errstate(all="ignore"):
        geometric = network.activate(logit, layer)
        shift = _shift(network.output, geometric, logits, spread, root)
    return Means(outputs.mean(axis=0), geometric, outputs.std(axis=0, ddof=1) / root, shift)


def _shift(output: str, geometric: Array, logits: Array, spread: Array, root: float) -> Array:
    """Return the standard error of the geometric mean, to first order in that of the mean pre-activation."""
    if output != "softmax":
        return np.asarray(spread * ACTIVATIONS[output].slope(geometric))
    # d log a_k = dz_k - sum of a_i dz_i: the spread of that combination, over the sample
    own = logits - (logits * geometric).sum(axis=2, keepdims=True)
    return np.asarray(geometric * own.std(axis=0, ddof=1) / root)
