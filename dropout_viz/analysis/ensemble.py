"""What all thinned networks of one network say, and what their several averages say.

The units of the last hidden layer reach an output by a sum, so the output's pre-activation under a mask is a subset
sum z = b + sum of m_j h_j w_j, taken in two halves (``analysis.halves``). Masks of the layers below are counted, each
with such a sum of its own. What is too large to enumerate is sampled, and the sampling error told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import halves, subsets
from dropout_viz.analysis.halves import BLOCK, Halves
from dropout_viz.analysis.thinned import Network
from dropout_viz.nn.activations import ACTIVATIONS

Array = NDArray[Any]

EXACT = 20  # most units that may be off where all 2^n networks are counted
BELOW = 16  # most of them that may lie below the last hidden layer: each of their masks needs a forward pass
SAMPLES = 4096  # networks drawn beyond that


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


def keeps_means(network: Network) -> bool:
    """Return whether every unit is scaled so that what it passes on with all units on is the mean over the masks."""
    layers = zip(network.on, network.drop, network.all_on, strict=True)
    return all(np.allclose(on * (1 - drop), all_on, rtol=1e-12, atol=0) for on, drop, all_on in layers)


def is_one_layer(network: Network) -> bool:
    """Return whether only the last hidden layer drops units, each scaled so that its mean is kept.

    Then the weight-scaled network *is* the normalised geometric mean (Baldi & Sadowski 2013).
    """
    return network.n > 0 and not any(map(len, network.can_drop[:-1])) and keeps_means(network)


def means(network: Network, x: Array, samples: int = SAMPLES, seed: int = 0) -> Means:
    """Return the averages over all thinned networks, or over ``samples`` drawn ones, for examples x."""
    parts = list(stream(network, x, samples, seed))
    return parts[0] if len(parts) == 1 else Means(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def stream(network: Network, x: Array, samples: int = SAMPLES, seed: int = 0) -> Iterator[Means]:
    """Yield the averages for a few examples after another, each part within about 20 ms; in all those of ``means``."""
    x = np.atleast_2d(np.asarray(x, float))
    exact = is_exact(network)
    work = (1 << network.n) if exact else samples * (sum(network.sizes) + sum(w.size for w in network.weights) // 8)
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
        for part in _halves(network, row):
            parts.append(halves.each_of(network.output, part, output).ravel())
            chances.append(np.multiply.outer(part.below, np.multiply.outer(part.pu, part.pv)).ravel())
    return Members(np.concatenate(parts), np.concatenate(chances), True, units)


def monte_carlo(network: Network, x: Array, k: int, seed: int) -> Array:
    """Return what k thinned networks drawn as training draws them say: (k, examples, outputs).

    The first k of a longer draw with the same seed are the same networks.
    """
    streams = [np.random.default_rng([seed, layer]) for layer in range(len(network.drop))]
    masks = [stream.random((k, len(p))) >= p for stream, p in zip(streams, network.drop, strict=True)]
    return network.under(np.atleast_2d(x), masks)[1]


# Counting all


def _halves(network: Network, x: Array) -> Iterator[Halves]:
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
    block = max(1, BLOCK // (len(x) * (max(network.sizes) + len(pu) + len(pv))))
    for first in range(0, len(chances), block):
        below = chances[first : first + block]
        h = _last_hidden(network, x, _lower_gains(network, lower, np.arange(first, first + len(below))))
        terms = h[:, :, None, top] * by_output  # (masks, examples, outputs, units)
        u, v = subsets.sums(terms[..., b:]), subsets.sums(terms[..., :b])
        u += (h @ always + network.biases[last])[..., None]
        yield Halves(u, v, pu, pv, below)


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
        for part in _halves(network, x):
            mean_z = part.u @ part.pu + part.v @ part.pv
            logit += _over(part.below, mean_z)
            arithmetic += _over(part.below, mean_z if network.output == "linear" else halves.mean(network.output, part))
        geometric = network.activate(logit, len(network.weights))
    return Means(arithmetic, geometric, np.zeros(shape), np.zeros(shape))


def _over(chances: Array, values: Array) -> Array:
    """Return the mean over the masks of the layers below: (masks,) and (masks, examples, outputs)."""
    return (chances @ values.reshape(len(chances), -1)).reshape(values.shape[1:])


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
