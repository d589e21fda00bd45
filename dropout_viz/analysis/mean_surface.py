"""The loss as training sees it on average: the mean over all masks, as a function of one weight.

Three ways, the first that applies:

- one hidden layer, linear outputs, squared error, no input dropped: the mean has a closed form, exact for any number of
  units. The output's mean and variance over the masks are all that matters: with q the chance of being on and s the
  factor on a kept unit, E[loss] = loss(q s h) + q (1 - q) s² / 2 Σ_k |a_k|² mean h_k² (JMLR 2014, section 9.1);
- at most ``masks.MOST`` units that can be off: every mask of every example, weighted by its chance;
- else masks are drawn, one for each example a time, and the curves' spread tells how far off their mean may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_viz.analysis.masks import MOST, droppable, masks, of_layers
from dropout_viz.analysis.slices import Surface
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]

DRAWS = 48


@dataclass(frozen=True, eq=False)
class SurfaceNetwork:
    """What a surface is made of, as ``slices.Surface`` takes it, with the dropout of training.

    Attributes:
        drop, scales: per unit layer below the output: drop probability, and factor on a kept unit in training.
    """

    weights: Sequence[Array]
    biases: Sequence[Array]
    activation: str
    output: str
    loss: str
    x: Array
    y: Array
    drop: Sequence[float]
    scales: Sequence[float]

    @property
    def layers(self) -> list[int]:
        """Units of each layer below the output."""
        return [len(w) for w in self.weights]

    @property
    def closed(self) -> bool:
        """Whether the mean has a closed form."""
        plain = self.output == "linear" and self.loss == "squared_error"
        return plain and len(self.weights) == 2 and self.drop[0] == 0

    @property
    def rows(self) -> int:
        """How many networks are evaluated for each example."""
        n = droppable(of_layers(self.layers, self.drop))
        return 1 if self.closed else 1 << n if n <= MOST else DRAWS

    def surface(self, masks: Sequence[Array] | None, **more: Any) -> Surface:
        """Return a surface under some masks."""
        given = {"x": self.x, "y": self.y, "scales": self.scales, **more}
        return Surface(
            self.weights,
            self.biases,
            self.activation,
            self.output,
            self.loss,
            given["x"],
            given["y"],
            masks,
            given["scales"],
            given.get("shares"),
        )


class MeanSurface:
    """The mean over masks of a network's loss, as a function of its weights.

    Attributes:
        loss: at the present weights. exact: no mask was drawn.
    """

    def __init__(self, net: SurfaceNetwork, seed: int = 0) -> None:
        """``seed``: of the masks that are drawn: the same seed gives the same, so that the curve moves smoothly."""
        self._net = net
        drop = of_layers(net.layers, net.drop)
        self.exact = net.closed or droppable(drop) <= MOST
        self._parts: list[Surface]
        if net.closed:
            q, s = 1 - net.drop[1], net.scales[1]
            self._parts = [net.surface(None, scales=(net.scales[0], q * s))]
            self._noise = q * (1 - q) * s * s / 2
        elif self.exact:
            self._parts = [self._every_mask(drop)]
        else:
            random = np.random.default_rng(seed)
            cuts = np.cumsum(net.layers)[:-1]
            draws = (random.random((len(net.x), len(drop))) >= drop for _ in range(DRAWS))
            self._parts = [net.surface(np.split(on, cuts, axis=1)) for on in draws]
        losses = [part.loss for part in self._parts]
        self.loss = float(np.mean(losses)) + (float(self._terms().sum()) if net.closed else 0.0)

    def _every_mask(self, drop: Array) -> Surface:
        net, every = self._net, masks(drop, draws=0)
        n, m = len(every.on), len(net.x)
        on = np.split(np.repeat(every.on, m, axis=0), np.cumsum(net.layers)[:-1], axis=1)
        x, y = np.tile(net.x, (n, 1)), np.tile(net.y, (n, 1))
        return net.surface(on, x=x, y=y, shares=np.repeat(every.chance, m) / m)

    def value(self, place: Weight) -> float:
        """The present value of a weight or bias."""
        return self._parts[0].value(place)

    def slices(self, places: Sequence[Weight], t: ArrayLike) -> tuple[Array, Array | None]:
        """Return the mean loss along single weights, and its standard error where masks were drawn; (n, n_t) each.

        Arguments as those of ``Surface.slices``.
        """
        curves = [part.slices(places, t) for part in self._parts]
        if self._net.closed:
            with np.errstate(all="ignore"):
                return curves[0] + self._spread(places, np.asarray(t, float)), None
        if self.exact:
            return curves[0], None
        every = np.array(curves)
        with np.errstate(all="ignore"):
            return every.mean(axis=0), every.std(axis=0, ddof=1) / np.sqrt(len(every))

    def _terms(self, hidden: Array | None = None) -> Array:
        """What each unit adds to the loss by being on and off, (units,)."""
        net = self._net
        squares = (self._hidden() if hidden is None else hidden) ** 2
        return np.asarray(self._noise * (net.weights[1] ** 2).sum(axis=1) * squares.mean(axis=0))

    def _hidden(self) -> Array:
        return np.asarray(ACTIVATIONS[self._net.activation].value(self._raw()))

    def _raw(self) -> Array:
        """The units' pre-activations, (examples, units)."""
        net = self._net
        z = (net.x * net.scales[0]) @ net.weights[0]
        return z + net.biases[0] if len(net.biases) and len(net.biases[0]) else z

    def _spread(self, places: Sequence[Weight], t: Array) -> Array:
        """What all units add by being on and off, along single weights, (n, n_t)."""
        net, terms, raw = self._net, self._terms(), self._raw()
        grid = np.broadcast_to(t, (len(places), t.shape[-1]))
        found = np.full(grid.shape, terms.sum())
        inputs = np.concatenate([net.x * net.scales[0], np.ones((len(net.x), 1))], axis=1)
        for k, (layer, i, j) in enumerate(places):
            now = self.value(places[k])
            if layer == 0:
                z = raw[:, j, None] + inputs[:, i, None] * (grid[k] - now)
                squares = (ACTIVATIONS[net.activation].value(z) ** 2).mean(axis=0)
                found[k] += self._noise * (net.weights[1][j] ** 2).sum() * squares - terms[j]
            elif i < len(net.weights[1]):
                found[k] += self._noise * (grid[k] ** 2 - now**2) * (self._hidden()[:, i] ** 2).mean()
        return found
