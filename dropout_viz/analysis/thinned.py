"""A trained network as analysis sees it: its weights, what may be off, and its value under any masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.activations import ACTIVATIONS

Array = NDArray[Any]

_BLOCK = 1 << 17  # numbers in the largest temporary array: 1 MB


@dataclass(frozen=True, eq=False)
class Network:
    """A network with dropout. Unit layers are 0 (the input) to L + 1 (the output); layers 0 to L may drop units.

    Attributes:
        weights: per layer (fan_in, fan_out). biases: per layer (fan_out,).
        activation, output: names in ``nn.activations``.
        drop: per unit layer below the output, the chance of each unit to be off, (units,).
        no_masks: why there are none, where noise turns no unit off, as a sentence; else "".
        on, all_on: the factor on each unit that is on in training, and on each unit when all are on, (units,) each.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    activation: str
    output: str
    drop: tuple[Array, ...]
    on: tuple[Array, ...]
    all_on: tuple[Array, ...]
    no_masks: str = ""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units in each layer, input to output."""
        return (self.weights[0].shape[0], *(w.shape[1] for w in self.weights))

    @cached_property
    def can_drop(self) -> tuple[Array, ...]:
        """Per unit layer below the output, the indices of the units that may be off."""
        return tuple(np.flatnonzero(p > 0) for p in self.drop)

    @property
    def n(self) -> int:
        """How many units may be off: there are 2^n thinned networks."""
        return sum(map(len, self.can_drop))

    def activate(self, z: Array, layer: int) -> Array:
        """Return the values of unit layer ``layer`` from its pre-activations (rows, units)."""
        return ACTIVATIONS[self.output if layer == len(self.weights) else self.activation].value(z)

    def values(self, x: Array) -> list[Array]:
        """Return the activations of every unit layer with all units on, before scaling: (examples, units) each."""
        values = [np.asarray(x, np.float64)]
        with np.errstate(all="ignore"):  # a diverged network has values too: inf and nan
            for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
                values.append(self.activate((values[-1] * self.all_on[layer]) @ w + b, layer + 1))
        return values

    def outputs(self, x: Array) -> Array:
        """Return what the weight-scaled network, the one used after training, says: (examples, outputs)."""
        return self.values(x)[-1]

    def draw(self, networks: int, random: np.random.Generator) -> list[Array]:
        """Return masks of so many thinned networks drawn as training draws them: per layer (networks, units), bool."""
        return [random.random((networks, len(p))) >= p for p in self.drop]

    def under(self, x: Array, masks: Sequence[Array]) -> tuple[Array, Array]:
        """Run thinned networks on every example.

        Args:
            x: (examples, features). masks: per unit layer below the output, (networks, units).

        Returns:
            Pre-activations and values of the outputs, (networks, examples, outputs) each.
        """
        networks, examples, outputs = len(masks[0]), len(x), self.sizes[-1]
        logits = np.empty((networks, examples, outputs))
        rows = max(1, _BLOCK // (examples * max(self.sizes)))
        with np.errstate(all="ignore"):
            for first in range(0, networks, rows):
                part = slice(first, first + rows)
                logits[part] = self._thinned(np.asarray(x, float), [m[part] for m in masks])
            values = self.activate(logits.reshape(-1, outputs), len(self.weights)).reshape(logits.shape)
        return logits, values

    def _thinned(self, x: Array, masks: Sequence[Array]) -> Array:
        """Return the outputs' pre-activations for (networks, units) masks: (networks, examples, outputs)."""
        h: Array = x[None]
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            if len(self.can_drop[layer]) or layer:
                h = h * (masks[layer] * self.on[layer])[:, None, :]
            z = h.reshape(-1, h.shape[-1]) @ w + b
            h = (z if layer == len(self.weights) - 1 else self.activate(z, layer + 1)).reshape(*h.shape[:2], -1)
        return np.broadcast_to(h, (len(masks[0]), *h.shape[1:]))


def network_of(snapshot: Snapshot) -> Network:
    """Return a snapshot's network under the settings in force, in float64."""
    config, sizes = snapshot.config, snapshot.sizes
    p = config.chances_off

    def per_unit(values: Sequence[float]) -> tuple[Array, ...]:
        return tuple(np.full(n, value) for n, value in zip(sizes, values, strict=False))

    biases = zip(snapshot.biases, sizes[1:], strict=True)
    return Network(
        weights=tuple(np.asarray(w, np.float64) for w in snapshot.weights),
        biases=tuple(np.asarray(b, np.float64) if len(b) else np.zeros(n) for b, n in biases),
        activation=config.activation,
        output=config.output,
        drop=per_unit(p),
        on=per_unit(config.train_scales),
        all_on=per_unit(config.test_scales),
        no_masks=config.no_masks,
    )
