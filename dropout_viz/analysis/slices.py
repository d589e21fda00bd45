"""The loss as a function of one weight, all others held: for any number of weights at once.

Changing weight (i, j) of a layer to t changes the pre-activation of one unit only: z_j becomes z_j + (t - w_ij) a_i. So
the network is run once, and each slice carries that one unit's change through the layers above. In the last layer the
change is one output's own; in the layer before, it reaches every output through one row of weights; further down the
rest of the network runs on the changed values. The result is that of setting the weight and running the network again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dropout_viz.analysis.output_loss import OutputLoss, apply
from dropout_viz.nn.activations import ACTIVATIONS, Activation
from dropout_viz.nn.losses import LOSSES, Loss
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]

_CHUNK = 1 << 16  # numbers in the largest temporary array: 512 kB in float64, which stays in the cache


class Surface:
    """The loss of one network over one set of examples, as a function of its weights.

    The loss is the mean over the examples of ``nn.losses``' sum over the output units. Without ``masks`` every unit is
    on.

    Attributes:
        weights: per layer (fan_in, fan_out).
        examples: number of examples that the loss is a mean over.

    Args:
        weights: per layer (fan_in, fan_out).
        biases: per layer (fan_out,), or empty arrays, or an empty sequence for a network without biases.
        activation, output, loss: names in ``nn.activations`` and ``nn.losses``.
        x, y: inputs (examples, features) and targets (examples, outputs).
        masks: per unit layer below the output, True where a unit is on, each (examples, units), or None where all are.
        scales: per unit layer below the output, the factor on the units that are on; 1 where not given.
        shares: what each example counts for in the mean, (examples,), adding up to 1; all alike where not given.

    Raises:
        ValueError: shapes that do not fit together, or a name that is not known.
    """

    def __init__(
        self,
        weights: Sequence[Array],
        biases: Sequence[Array],
        activation: str,
        output: str,
        loss: str,
        x: ArrayLike,
        y: ArrayLike,
        masks: Sequence[Array | None] | None = None,
        scales: Sequence[float] | None = None,
        shares: Array | None = None,
    ) -> None:
        for name, known in ((activation, ACTIVATIONS), (output, ACTIVATIONS), (loss, LOSSES)):
            if name not in known:
                raise ValueError(f"{name!r}: must be one of {', '.join(known)}")
        self.weights = tuple(np.asarray(w) for w in weights)
        self._dtype = np.result_type(*self.weights)
        self._hidden = ACTIVATIONS[activation]
        self._biases = [b if len(b) else None for b in biases] or [None] * len(self.weights)
        x, y = np.asarray(x, self._dtype), np.asarray(y, self._dtype)
        self._check(x, y)
        self.examples = len(x)
        self._shares = None if shares is None else np.asarray(shares, self._dtype)
        self._output_loss = OutputLoss(output, loss, y)
        self._gains = _gains(len(self.weights), len(x), masks, scales, self._dtype)
        with np.errstate(all="ignore"):  # a diverged network has a surface too: of inf and nan
            self._run(x, ACTIVATIONS[output], LOSSES[loss], y)

    def _check(self, x: Array, y: Array) -> None:
        sizes = [w.shape for w in self.weights]
        joined = all(a[1] == b[0] for a, b in zip(sizes, sizes[1:], strict=False))
        if not joined or x.shape[1] != sizes[0][0] or y.shape != (len(x), sizes[-1][1]) or not len(x):
            raise ValueError(f"weights {sizes}, inputs {x.shape} and targets {y.shape} do not fit together")

    def _run(self, x: Array, output: Activation, loss: Loss, y: Array) -> None:
        """Run the network once. Keeps pre-activations and values with the unit axis first: (units, examples)."""
        values = x
        self._z: list[Array] = []
        self._values: list[Array] = []
        for layer, w in enumerate(self.weights):
            gain = self._gains[layer]
            if gain is not None:
                values = values * (gain.T if gain.ndim else gain)
            bias = self._biases[layer]
            one = [] if bias is None else [np.ones((1, len(x)), self._dtype)]
            self._values.append(np.concatenate([values.T, *one]))
            z = values @ w if bias is None else values @ w + bias
            self._z.append(z.T.copy())
            values = (output if layer == self.last else self._hidden).value(z)
        terms = loss.per_unit(z if loss.of_logits else values, y)
        sums = terms.sum(axis=0) / len(x) if self._shares is None else self._shares @ terms  # (outputs,)
        # what the other outputs contribute: added up, not subtracted from the whole, so that it is exact and inf-safe
        self._others = np.array([np.delete(sums, k).sum() for k in range(len(sums))], self._dtype)
        self._loss = float(sums.sum())

    @property
    def last(self) -> int:
        """Index of the last weight layer."""
        return len(self.weights) - 1

    @property
    def loss(self) -> float:
        """The loss at the present weights; nan or inf where the network has diverged."""
        return self._loss

    def value(self, place: Weight) -> float:
        """The present value of a weight or bias."""
        return float(self._present(place.layer)[place.source, place.target])

    def activity(self, layer: int) -> Array:
        """Return what unit layer ``layer`` sends on, after mask and scale: (units, examples)."""
        return self._values[layer][: len(self.weights[layer])]

    def _present(self, layer: int) -> Array:
        """The weights of a layer with its biases as the last row, where it has any."""
        bias = self._biases[layer]
        return self.weights[layer] if bias is None else np.concatenate([self.weights[layer], bias[None]])

    def _mean(self, z: Array, outputs: Array | None = None, negated: bool = False) -> Array:
        """The mean loss over the examples, from output pre-activations, or minus those; overwrites ``z``."""
        sums = self._output_loss.sums(z, outputs, self._shares, negated)
        return sums if self._shares is not None else sums / self.examples

    def slices(self, places: Sequence[Weight], t: ArrayLike) -> Array:
        """Return the loss along single weights.

        Args:
            places: the weights, n of them, in any order and of any layers.
            t: the values that each weight takes: (n_t,) for all, or (n, n_t), a row for each weight.

        Returns:
            Losses, shape (n, n_t): ``[k, m]`` is the loss with weight k at its value m and every other weight held.
        """
        grid = np.asarray(t, self._dtype)
        grid = np.broadcast_to(grid, (len(places), grid.shape[-1]))
        out = np.empty(grid.shape, self._dtype)
        layers = np.array([p.layer for p in places])
        with np.errstate(all="ignore"):
            for layer in sorted(set(layers.tolist())):
                rows = np.flatnonzero(layers == layer)
                own = [places[k] for k in rows.tolist()]
                sources = np.array([place.source for place in own])
                targets = np.array([place.target for place in own])
                for row, column in self._chunks(layer, len(rows), grid.shape[1]):
                    part = self._slices(layer, sources[row], targets[row], grid[rows[row], column])
                    out[rows[row], column] = part
        return out

    def _chunks(self, layer: int, n: int, n_t: int) -> list[tuple[slice, slice]]:
        """Cut (weights, values) into blocks whose temporary arrays are of bounded size."""
        widths = [w.shape[1] for w in self.weights[layer + 1 :]]
        if not widths:
            widths = [self.weights[-1].shape[1] if self._output_loss.coupled else 1]
        point = max(widths) * self.examples
        columns = max(1, min(n_t, _CHUNK // point))
        rows = max(1, _CHUNK // (point * columns))
        return [(slice(r, r + rows), slice(c, c + columns)) for r in range(0, n, rows) for c in range(0, n_t, columns)]

    def _slices(self, layer: int, i: Array, j: Array, t: Array) -> Array:
        """Loss for weights (i[k], j[k]) of one layer at t[k, :]. Axes of arrays: weights, units, examples, values."""
        w, source = self._present(layer), self._values[layer][i]
        if layer == self.last:
            return self._last_layer(j, (t - w[i, j][:, None])[:, None, :] * source[:, :, None])
        z = t[:, None, :] * source[:, :, None]
        z += (self._z[layer][j] - w[i, j][:, None] * source)[:, :, None]
        unit = apply(self._hidden, z[:, None])[:, 0]
        self._gain(layer + 1, unit, j)
        outgoing = self.weights[layer + 1][j]
        if outgoing.shape[1] > 1 or layer + 1 < self.last:
            unit -= self._values[layer + 1][j][:, :, None]
            z = unit[:, None] * outgoing[:, :, None, None]
            z += self._z[layer + 1][:, :, None]
            return self._mean(self._rest(layer + 1, z))
        # one output, the usual case: as few passes over the large array as can be
        rest = self._z[layer + 1] - outgoing * self._values[layer + 1][j]
        negated = self._output_loss.negated
        unit *= (-outgoing if negated else outgoing)[:, :, None]
        unit += (-rest if negated else rest)[:, :, None]
        return self._mean(unit[:, None], negated=negated)

    def _last_layer(self, j: Array, change: Array) -> Array:
        """Loss where the pre-activation of output j changes and no other."""
        z = self._z[-1]
        if self._output_loss.coupled:
            every = np.repeat(z[None, :, :, None], len(j), axis=0) + np.zeros_like(change)[:, None]
            every[np.arange(len(j)), j] += change
            return self._mean(every)
        change += z[j][:, :, None]
        own = self._mean(change[:, None], j)
        own += self._others[j][:, None]
        return own

    def _rest(self, layer: int, z: Array) -> Array:
        """Run the layers above on changed pre-activations of weight layer ``layer``; returns those of the output."""
        while layer < self.last:
            h = apply(self._hidden, z)
            layer += 1
            self._gain(layer, h)
            n, units, examples, n_t = h.shape
            z = np.matmul(self.weights[layer].T, h.reshape(n, units, examples * n_t)).reshape(n, -1, examples, n_t)
            bias = self._biases[layer]
            if bias is not None:
                z += bias[:, None, None]
        return z

    def _gain(self, layer: int, values: Array, unit: Array | None = None) -> None:
        """Apply mask and scale of a layer to values (n, units, examples, n_t), or to one unit's, without axis 1."""
        gain = self._gains[layer]
        if gain is None:
            return
        if gain.ndim:
            gain = (gain if unit is None else gain[unit])[..., None]
        values *= gain


def every_weight(sizes: Sequence[int], biases: bool = False) -> list[Weight]:
    """Return all weights of a network with these units per layer, layer by layer, source by source; biases last."""
    return [
        Weight(layer, i, j)
        for layer, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:], strict=False))
        for i in range(fan_in + biases)
        for j in range(fan_out)
    ]


def _gains(
    layers: int, examples: int, masks: Sequence[Array | None] | None, scales: Sequence[float] | None, dtype: Any
) -> list[Array | None]:
    """Return per unit layer what multiplies its values: (units, examples), one number, or None for 1."""
    gains: list[Array | None] = []
    for layer in range(layers):
        mask = masks[layer] if masks is not None else None
        scale = scales[layer] if scales is not None else 1.0
        if mask is not None and len(mask) != examples:
            raise ValueError(f"mask {layer} has {len(mask)} rows for {examples} examples")
        if mask is not None and not (mask == 1).all():
            gains.append(np.ascontiguousarray(mask.T).astype(dtype) * dtype.type(scale))
        else:
            gains.append(None if scale == 1 else np.array(scale, dtype))
    return gains
