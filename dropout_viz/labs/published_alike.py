"""Published results on units that become alike, or cease to be: exact clones part, orientations condense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import redundancy
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.labs.figures import Curve, Lines, Rose, Roses
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.published_entry import Found, PublishedResult
from dropout_viz.labs.published_nets import Bench, Trained, values

Array = NDArray[Any]

PAIRS = 32
CONDENSE = RunConfig(
    data="five-valleys", hidden=(200,), activation="tanh", output="linear", loss="squared_error", optimiser="adam",
    learning_rate=1e-3, dtype="float64",
)  # fmt: skip
"""The net of result 16; its data are given to the trainer."""

INITIAL = 0.2
"""Standard deviation of all its initial weights and biases."""

STEPS = 30_000
DROPS = (0.0, 0.1, 0.5)


def pair_cosines(weights: Sequence[Array]) -> Array:
    """Return the cosine of the incoming weights of units 0 and 1, 2 and 3, and so on, (pairs,)."""
    w = weights[0].astype(np.float64)
    one, other = w[:, 0::2], w[:, 1::2]
    return np.asarray((one * other).sum(axis=0) / np.linalg.norm(one, axis=0) / np.linalg.norm(other, axis=0))


def clones(bench: Bench, tell: Tell) -> Found:
    """A hidden layer of 32 pairs that start exactly alike."""
    data = bench.drawn(10_000)
    random = np.random.default_rng(bench.seed)
    inputs, outputs = data.x.shape[1], data.y.shape[1]
    into = random.normal(0, np.sqrt(2 / inputs), (inputs, PAIRS)).repeat(2, axis=1)
    out_of = random.normal(0, np.sqrt(1 / PAIRS), (PAIRS, outputs)).repeat(2, axis=0)
    start = [into, out_of], [np.zeros(2 * PAIRS), np.zeros(outputs)]
    arms = {"without dropout": 0.0, "p = .5": 0.5}
    nets = {}
    for k, (arm, p) in enumerate(arms.items()):
        config = bench.config(hidden=(2 * PAIRS,), p_hidden=(p,))
        part = tell.part(k / 2, (k + 1) / 2)
        nets[arm] = bench.trained(config, data, 30, part, arm, start=start, watch=pair_cosines, watching="pairs")
    curves = []
    for k, (arm, net) in enumerate(nets.items()):
        mean, low, high = net.watched.mean(axis=1), *np.quantile(net.watched, [0.1, 0.9], axis=1)
        curves.append(Curve(arm, net.curve[:, 0], mean, low, high, k))
    figure = Lines(
        name="result-15-clones", title="Pairs of exact clones part under dropout, and never without it",
        caption=f"Cosine between the incoming weights of the two units of a pair: the mean of {PAIRS} pairs; the band "
        "holds 80 % of them.", x_label="epoch", y_label="cosine of a pair", curves=curves,
    )  # fmt: skip
    none, drop = (net.watched[-1] for net in nets.values())
    return Found(
        f"{none.mean():.3f} → {drop.mean():.3f}", bench.verdict(none.min() > 1 - 1e-6 and drop.mean() < 0.9),
        f"{bench.where}{bench.net(64, images=10_000)}, 30 epochs; clones share incoming and outgoing weights at the "
        f"start. Least alike pair {none.min():.6f} without dropout, {drop.min():.2f} with.", [figure],
    )  # fmt: skip


def condense(bench: Bench, tell: Tell) -> Found:
    """A wide tanh layer on one input: in how many directions do its units end?"""
    x = np.linspace(-15, 15, 40)[:, None]
    data = DataSet(x, np.tanh(x - 6) + np.tanh(x + 6))
    random = np.random.default_rng(bench.seed)
    width = CONDENSE.hidden[0]
    start = (
        [random.normal(0, INITIAL, (1, width)), random.normal(0, INITIAL, (width, 1))],
        [random.normal(0, INITIAL, width), np.zeros(1)],
    )
    nets, numbers, roses, fits = {}, {}, [], []
    fine = np.linspace(-15, 15, 301)[:, None]
    for k, p in enumerate(DROPS):
        part = tell.part(k / len(DROPS), (k + 1) / len(DROPS))
        config = CONDENSE.changed(p_hidden=(p,), seed=bench.seed)
        nets[p] = net = bench.trained(config, data, STEPS, part, f"p = {p:g}", start=start)
        label = "without dropout" if p == 0 else f"p = {p:g}"
        numbers[p] = orientations(net)
        angles, weights = directions(net)
        roses.append(Rose(f"{label}: {numbers[p]:.1f} directions", angles, weights, k))
        fits.append(Curve(label, fine[:, 0], values(config, net.weights, net.biases, fine)[-1][:, 0], hue=k))
    none = numbers[0.0]
    held = [numbers[p] / none for p in DROPS[1:]]
    figures = [
        Roses(
            name="result-16-orientations", title="Directions of the hidden units' incoming weights and biases",
            caption="Each unit counts by its amplitude; opposite directions are the same for tanh and drawn as one.",
            roses=roses, bins=72,
        ),
        Lines(
            name="result-16-fit", title="What the networks have learnt", x_label="x", y_label="output",
            caption="40 points of tanh(x - 6) + tanh(x + 6).",
            curves=[*fits, Curve("data", x[:, 0], data.y[:, 0], line=False, points=True, hue=len(fits))],
        ),
    ]  # fmt: skip
    return Found(
        ", ".join(f"{numbers[p]:.1f} (p = {p:g})" for p in DROPS), verdict(max(held) < 0.6),
        f"Effective number of directions; with dropout {' and '.join(f'{share:.2f}' for share in held)} of that "
        f"without. Weights and biases start normal with standard deviation {INITIAL:g}; the start decides "
        "much: from biases of 0 all units begin in two directions, and the pattern is another. "
        f"{STEPS:,} full steps of Adam, 40 points, width {width}.", figures,
    )  # fmt: skip


def orientations(net: Trained) -> float:
    """Return the effective number of directions of a net with one hidden layer of tanh."""
    return redundancy.orientations(np.vstack([net.weights[0], net.biases[0]]).T, net.weights[1], odd=True)


def directions(net: Trained) -> tuple[Array, Array]:
    """Return each unit's direction as an angle in (-pi/2, pi/2], and its amplitude, (units,) each."""
    w, b = net.weights[0][0], net.biases[0]
    return np.arctan(b / np.where(w == 0, 1e-300, w)), np.abs(net.weights[1][:, 0]) * np.hypot(w, b)


ENTRIES = (
    PublishedResult(
        15, "Exact clones part under dropout", "Joudaki et al. 2025", "clones stay without, part with dropout",
        "every pair's cosine 1 to 1e-6 without, mean below .9 with", 15, False, clones,
    ),
    PublishedResult(
        16, "Dropout condenses orientations", "Zhang & Xu 2022", "fewer directions with dropout",
        "effective number with dropout below .6 of that without, at p = .1 and .5", 25, False, condense,
    ),
)  # fmt: skip
