"""Published results on units that become alike, or cease to be: exact clones part, orientations condense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import redundancy
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.labs.bands import PERCENTILES, percentiles
from dropout_viz.labs.figures import FigureCurve, Lines, Rose, Roses
from dropout_viz.labs.intervals import interval, judged
from dropout_viz.labs.lab import Tell, Verdict, verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import SEEDS, Bench, TrainedNet, met, told, values

Array = NDArray[Any]

PAIRS = 32
SAME = 1e-6
"""How far the cosine of two units that are the same may be from 1 by rounding, in float32."""
CONDENSE = RunConfig(
    data="five-valleys",
    hidden=(200,),
    activation="tanh",
    output="linear",
    loss="squared_error",
    optimiser="adam",
    learning_rate=1e-3,
    dtype="float64",
)
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
    inputs, outputs = data.x.shape[1], data.y.shape[1]
    arms, nets = {"without dropout": 0.0, "p = .5": 0.5}, dict[str, list[TrainedNet]]()
    for k, (arm, p) in enumerate(arms.items()):
        for index in range(SEEDS):
            seed = bench.seed + index
            random = np.random.default_rng(seed)
            into = random.normal(0, np.sqrt(2 / inputs), (inputs, PAIRS)).repeat(2, axis=1)
            out_of = random.normal(0, np.sqrt(1 / PAIRS), (PAIRS, outputs)).repeat(2, axis=0)
            start = [into, out_of], [np.zeros(2 * PAIRS), np.zeros(outputs)]
            config = bench.config(hidden=(2 * PAIRS,), p_hidden=(p,), seed=seed)
            at = (k * SEEDS + index) / (len(arms) * SEEDS)
            part = tell.part(at, at + 1 / (len(arms) * SEEDS))
            what = f"{arm}, seed {seed}"
            net = bench.trained(config, data, 30, part, what, start=start, watch=pair_cosines, watching="pairs")
            nets.setdefault(arm, []).append(net)
    curves = []
    for k, (arm, own) in enumerate(nets.items()):
        watched = np.concatenate([net.watched for net in own], axis=1)
        curves.append(FigureCurve(arm, own[0].curve[:, 0], watched.mean(axis=1), *percentiles(watched, 1), k))
    figure = Lines(
        name="result-15-clones",
        title="How alike pairs of exact clones stay",
        caption=f"Cosine between the incoming weights of the two units of a pair: the mean of {PAIRS} pairs of each of "
        f"{SEEDS} seeds; the band goes {PERCENTILES}.",
        x_label="epoch",
        y_label="cosine of a pair",
        curves=curves,
    )
    none, drop = (np.array([net.watched[-1] for net in own]) for own in nets.values())  # (seeds, pairs)
    return Found(
        f"{none.mean():.3f} → {drop.mean():.3f}",
        clones_verdict(none, drop),
        f"{bench.where}{bench.net(64, images=10_000)}, 30 epochs; clones share incoming and outgoing weights at the "
        f"start. Least alike pair {none.min():.6f} without dropout, most alike {drop.max():.4f} with. "
        f"{told('Mean cosine with dropout less .9:', drop.mean(axis=1) - 0.9)}.",
        [figure],
    )


def clones_verdict(none: Array, drop: Array) -> Verdict:
    """Return the verdict on cosines of pairs at the end, without and with dropout, (seeds, pairs) each.

    Without dropout every pair must be alike to rounding; if one is not, the claim is wrong. With it the mean must lie
    below .9, and every pair must have parted.
    """
    if none.min() < 1 - SAME:
        return "disagrees"
    parted = drop.max() < 1 - 100 * SAME
    below = judged(interval(drop.mean(axis=1) - 0.9))
    return below if parted or below != "agrees" else "disagrees"


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
        fits.append(FigureCurve(label, fine[:, 0], values(config, net.weights, net.biases, fine)[-1][:, 0], hue=k))
    none = numbers[0.0]
    held = [numbers[p] / none for p in DROPS[1:]]
    figures = [
        Roses(
            name="result-16-orientations",
            title="Directions of the hidden units' incoming weights and biases",
            caption="Each unit counts by its amplitude; opposite directions are the same for tanh and drawn as one.",
            roses=roses,
            bins=72,
        ),
        Lines(
            name="result-16-fit",
            title="What the networks have learnt",
            x_label="x",
            y_label="output",
            caption="40 points of tanh(x - 6) + tanh(x + 6).",
            curves=[*fits, FigureCurve("data", x[:, 0], data.y[:, 0], line=False, points=True, hue=len(fits))],
        ),
    ]
    return Found(
        ", ".join(f"{numbers[p]:.1f} (p = {p:g})" for p in DROPS),
        verdict(max(held) < 0.6),
        f"{met(max(held) < 0.6)}Effective number of directions; "
        f"with dropout {' and '.join(f'{share:.2f}' for share in held)} of that "
        f"without. Weights and biases start normal with standard deviation {INITIAL:g}; the start decides "
        "much: from biases of 0 all units begin in two directions, and the pattern is another. "
        f"{STEPS:,} full steps of Adam, 40 points, width {width}.",
        figures,
    )


def orientations(net: TrainedNet) -> float:
    """Return the effective number of directions of a net with one hidden layer of tanh."""
    return redundancy.orientations(np.vstack([net.weights[0], net.biases[0]]).T, net.weights[1], odd=True)


def directions(net: TrainedNet) -> tuple[Array, Array]:
    """Return each unit's direction as an angle in (-pi/2, pi/2], and its amplitude, (units,) each."""
    w, b = net.weights[0][0], net.biases[0]
    return np.arctan(b / np.where(w == 0, 1e-300, w)), np.abs(net.weights[1][:, 0]) * np.hypot(w, b)


ENTRIES = (
    PublishedResult(
        15,
        "Exact clones part under dropout",
        "Joudaki et al. 2025",
        "clones stay without, part with dropout",
        "every pair's cosine 1 to 1e-6 without; with dropout every pair parted, and the mean below .9 by an interval "
        "over 8 seeds",
        60,
        False,
        clones,
        SEEDS,
    ),
    PublishedResult(
        16,
        "Dropout condenses orientations",
        "Zhang & Xu 2022",
        "fewer directions with dropout",
        "effective number with dropout below .6 of that without, at p = .1 and .5",
        25,
        False,
        condense,
    ),
)
