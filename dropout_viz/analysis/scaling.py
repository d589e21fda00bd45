"""What a layer passes on in training, under masks, and what it passes on with every unit on. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.measuring import all_on
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.edit import UNCHANGED
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.scaling import KINDS, train_scales

MOST = 256
"""Examples of a step that are averaged over: enough to see it, and cheap in every net."""
_NUMBERS = 60_000  # factors of a layer that its moments may be taken over: some 6 ms of the window's thread
_WORK, _DRAWS = 7_000_000, 400  # multiplications and masks an example that the mean over masks may cost, a scaling
_FEWEST = 2  # masks an example, or nothing would be known of the error


@dataclass(frozen=True)
class PassedOn:
    """The mean size of the activations (mean of abs h) that one layer passes on, over the same examples.

    Attributes:
        layer: unit layer. p: its drop probability.
        step: in the run's last step, under the masks that it drew, with the weights before it; nan before the first.
        training: with the present weights, as the mean over masks: over all of them, in closed form, where no layer
            below drops units; else over many that are drawn anew.
        error: standard error of ``training``; 0 where it is of all masks.
        test: with the present weights and every unit on, as the run's scaling has it.
        by_scaling: ``training`` and ``test`` of the same weights under each scaling of all layers; under the run's own
            as the run does it. errors: standard error of each ``training``.
        kept: the factor on a kept unit in the run's training.
        first: whether no layer below drops units.
    """

    layer: int
    p: float
    step: float
    training: float
    error: float
    test: float
    by_scaling: dict[str, tuple[float, float]]
    errors: dict[str, float]
    kept: float
    first: bool

    def as_scaled(self, kind: str, own: str) -> float | None:
        """Return ``step`` as another scaling would have it; ``own``: the run's. None where that is not known: the
        layers below would have passed on something else, too."""
        if kind == own:
            return self.step
        return self.step * train_scales(kind, (self.p,))[0] / self.kept if self.first else None


def passed_on(snapshot: Snapshot, data: DataSet) -> list[PassedOn]:
    """Return what each layer that drops units passes on, input first; of a step's first ``MOST`` examples."""
    used = snapshot.used
    x = data.x[snapshot.examples[:MOST]]
    plan = make_plan(used, data)
    plans = {kind: replace(plan, scaling=kind, edit=UNCHANGED) for kind in KINDS} | {used.scaling: plan}
    flat = plan.empty()
    for into, given in zip(plan.dense(flat), (snapshot.weights, snapshot.biases), strict=True):
        for array, values in zip(into, given, strict=True):
            array[...] = values
    drops = [layer for layer, p in enumerate(used.drop_probabilities) if p]
    on = {kind: all_on(each, flat, x) for kind, each in plans.items()}
    drawn = {kind: _under_masks(each, snapshot, x) for kind, each in plans.items()} if len(drops) > 1 else {}
    found = []
    for layer in drops:
        p = used.drop_probabilities[layer]
        step = _size(snapshot.activations[layer][:MOST]) if snapshot.step else float("nan")
        by_scaling: dict[str, tuple[float, float]] = {}
        errors: dict[str, float] = {}
        for kind, each in plans.items():
            test = _size(on[kind][layer])
            # below the first, all is the same under every mask: each unit is on in a share of 1-p of them
            closed = test / float(each.test_scales[layer]) * (1 - p) * float(each.train_scales[layer])
            training, errors[kind] = (closed, 0.0) if layer == drops[0] else drawn[kind][layer]
            by_scaling[kind] = training, test
        training, test = by_scaling[used.scaling]
        first, kept = layer == drops[0], float(plan.train_scales[layer])
        found.append(PassedOn(layer, p, step, training, errors[used.scaling], test, by_scaling, errors, kept, first))
    return found


def _under_masks(plan: Plan, snapshot: Snapshot, x: NDArray[Any]) -> list[tuple[float, float]]:
    """Return the mean size of what each layer passes on, over many masks of each example, and its standard error."""
    draws = int(min(max(_FEWEST, _WORK // (plan.parameters * max(1, len(x)))), _DRAWS))
    random = np.random.Generator(np.random.SFC64(0))  # the same for the same weights: it is a measurement, not a run

    def masked(h: NDArray[Any], layer: int) -> NDArray[Any]:
        p = plan.drop[layer]
        return h * ((random.random(h.shape) >= p) * plan.train_scales[layer]) if p else h

    h = masked(np.tile(x, (draws, 1)), 0)
    found = [_mean_of(np.abs(h), draws)]
    activation = ACTIVATIONS[plan.activation]
    for layer, (w, b) in enumerate(zip(snapshot.weights[:-1], snapshot.biases[:-1], strict=True), start=1):
        h = masked(activation.value(h @ w + (b if b.size else 0)), layer)
        found.append(_mean_of(np.abs(h), draws))
    return found


def _mean_of(values: NDArray[Any], draws: int) -> tuple[float, float]:
    """Return the mean of values (draws * examples, units), a draw after another, and its standard error.

    Each example has masks of its own, so the variances of their means over the draws add up.
    """
    each = values.mean(axis=1, dtype=np.float64).reshape(draws, -1)
    error = np.sqrt(each.var(axis=0, ddof=1).sum() / draws) / each.shape[1]
    return float(each.mean()), float(error)


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a layer's activations, over units, examples and many draws, before its noise and after it.

    Attributes:
        layer: unit layer. p: its drop probability. factor: variance of its factors, whose mean is 1.
        mean, variance: (before, after), with the present weights and the layers below under noise.
        errors: standard errors of mean and variance, each (before, after), of the draws; 0 where nothing was drawn.
        expected: the variance after it that the kind of noise makes of what is before: Var h + factor · E[h²].
        test: mean and variance with every unit on, as the network is used after training.
    """

    layer: int
    p: float
    factor: float
    mean: tuple[float, float]
    variance: tuple[float, float]
    errors: tuple[tuple[float, float], tuple[float, float]]
    expected: float
    test: tuple[float, float]


def moments(snapshot: Snapshot, data: DataSet) -> list[Moments]:
    """Return what the noise of each layer that has some does to mean and variance, input first.

    The draws are anew, the same for the same weights; of a step's first ``MOST`` examples. For noise of mean 1.
    """
    used, x = snapshot.used, data.x[snapshot.examples[:MOST]]
    plan = make_plan(used, data)
    draws = int(min(max(_FEWEST, _NUMBERS // (max(plan.inputs) * max(1, len(x)))), _DRAWS))
    kind, seeds = plan.noise_kind, SeedSequence(0).spawn(plan.layers)
    activation, found = ACTIVATIONS[plan.activation], []
    noisy, clean = np.tile(x, (draws, 1)).astype(np.float64), x.astype(np.float64)
    for layer, p in enumerate(used.drop_probabilities):
        if layer:
            w, b = snapshot.weights[layer - 1], snapshot.biases[layer - 1]
            noisy, clean = (activation.value(h @ w + (b if b.size else 0)) for h in (noisy, clean))
        if not p:
            continue
        before, factors = noisy, np.empty((1, *noisy.shape))
        kind.stream([seeds[layer]], *noisy.shape).peek(factors, p, plan.train_scales[layer])
        noisy = before * factors[0]
        variance = float(kind.variance(used.scaling, p))
        expected = float(before.var() + variance * np.square(before).mean())
        means, variances = ((float(of(before)), float(of(noisy))) for of in (np.mean, np.var))
        spread = [(_mean_of(h, draws)[1], _mean_of(np.square(h - h.mean()), draws)[1]) for h in (before, noisy)]
        errors = tuple(zip(*spread, strict=True))
        test = float(clean.mean()), float(clean.var())
        found.append(Moments(layer, p, variance, means, variances, (errors[0], errors[1]), expected, test))
    return found


def _size(h: NDArray[Any]) -> float:
    return float(np.abs(h).mean(dtype=np.float64))
