"""Published results on averaging thinned networks: all of them, a few drawn ones, and how far they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble
from dropout_viz.data.dataset import DataSet
from dropout_viz.labs.figures import (
    Bars,
    FigureCurve,
    FigureMark,
    FigureSeries,
    ImageRow,
    Images,
    Lines,
    Violin,
    Violins,
)
from dropout_viz.labs.lab import Tell, Verdict, verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import SEEDS, Bench, TrainedNet, above, met, points, together, values
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import alike, correct

Array = NDArray[Any]

PASSES = 100
COUNTS = (1, 2, 5, 10, 20, 50, 100)
NEAR = 0.05  # points of error over weight scaling that count as meeting it: 5 of 10,000 images
ANGLES = (0, 15, 30, 45, 60)


def all_thinned(bench: Bench, tell: Tell) -> Found:
    """Two against three with 20 hidden units that drop: every one of the 2^20 thinned networks."""
    data = _two_digits(bench.whole, 2, 3)
    config = bench.config(hidden=(10, 10), p_hidden=(0.5,), learning_rate=0.05)
    net = bench.trained(config, data, 20, tell.part(0, 0.3), "2 against 3")
    network = net.network()
    assert data.x_test is not None
    assert data.y_test is not None
    x = np.asarray(data.x_test, float)
    parts, seen = [], 0
    for part in ensemble.stream(network, x):
        parts.append(part)
        seen += len(part.arithmetic)
        tell.part(0.3, 1)(seen / len(x), f"all 2^20 masks, {seen:,} of {len(x):,} images")
    geometric, arithmetic = (np.concatenate([getattr(p, k) for p in parts]) for k in ("geometric", "arithmetic"))
    scaled = network.outputs(x)
    errors = [100 * float(1 - correct(a, data.y_test).mean()) for a in (geometric, arithmetic, scaled)]
    apart, apart_arithmetic = np.abs(scaled - geometric), np.abs(geometric - arithmetic)
    differ = int((~alike(geometric, arithmetic)).sum())
    holds = bool(apart.mean() < 0.01 and max(errors) - min(errors) < 0.3)
    figure = Lines(
        name="result-07-all-thinned",
        title="All 1,048,576 thinned networks against the weight-scaled one",
        caption=f"Each point is one test image. The geometric mean lies up to {apart.max():.3f} off the diagonal, the "
        f"arithmetic up to {np.abs(scaled - arithmetic).max():.3f}; they put {differ:,} of {len(x):,} images on "
        "different sides of one half.",
        x_label="probability of 3, weight-scaled network",
        y_label="probability of 3, averaged",
        curves=[
            FigureCurve("arithmetic mean", scaled[:, 1], arithmetic[:, 1], line=False, points=True, hue=1),
            FigureCurve("normalised geometric mean", scaled[:, 1], geometric[:, 1], line=False, points=True, hue=0),
        ],
    )
    return Found(
        float(apart.mean()),
        verdict(holds),
        f"{bench.where}{met(holds)}Error of the geometric mean {errors[0]:.2f}, the arithmetic {errors[1]:.2f}, the "
        f"weight-scaled network {errors[2]:.2f} % on {len(x):,} images. Measured is the mean gap between weight-scaled "
        f"and geometric (largest {apart.max():.3f}); geometric and arithmetic are {apart_arithmetic.mean():.3f} apart.",
        [figure],
    )


def _two_digits(data: DataSet, one: int, other: int) -> DataSet:
    """Return the examples of two digits, as two classes."""

    def only(x: Array | None, y: Array | None) -> tuple[Array, Array]:
        assert x is not None
        assert y is not None
        rows = y[:, [one, other]].any(axis=1)
        return x[rows], y[rows][:, [one, other]]

    (x, y), (x_test, y_test) = only(data.x, data.y), only(data.x_test, data.y_test)
    return replace(data, x=x, y=y, x_test=x_test, y_test=y_test, classes=(str(one), str(other)), flipped=None)


def _deep_net(bench: Bench, tell: Tell, index: int = 0) -> tuple[TrainedNet, DataSet]:
    """Return a network of results 8 and 14."""
    data = bench.drawn(10_000)
    config = bench.config(hidden=(256, 256), p_input=0.2, p_hidden=(0.5,), seed=bench.seed + index)
    return bench.trained(config, data, 40, tell, bench.net(256, 256, images=10_000)), data


def _passes(net: TrainedNet, x: Array, number: int, seed: int) -> Iterator[Array]:
    """Yield the softmax outputs of so many drawn thinned networks, each with masks of its own for every example."""
    random = np.random.Generator(np.random.SFC64(seed))
    config = net.config
    for _ in range(number):
        h = x
        for layer, (w, b) in enumerate(zip(net.weights, net.biases, strict=True)):
            p = np.float32(config.drop_probabilities[layer])
            h = h * ((random.random(h.shape, np.float32) >= p) * np.float32(config.train_scales[layer]))
            act = config.output if layer == len(net.weights) - 1 else config.activation
            h = ACTIVATIONS[act].value(h @ w + b)
        yield h


def monte_carlo(bench: Bench, tell: Tell) -> Found:
    """The error of the mean of k drawn thinned networks, against weight scaling."""
    found, scaled = np.empty((SEEDS, len(COUNTS))), np.empty(SEEDS)
    for index in range(SEEDS):
        part = tell.part(index / SEEDS, (index + 1) / SEEDS)
        net, data = _deep_net(bench, part.part(0, 0.6), index)
        scaled[index] = net.error
        found[index] = _averaged(net, data, bench.seed + index, part.part(0.6, 1))
    mean = found.mean(axis=0)
    one, ten, fifty = (found[:, COUNTS.index(k)] for k in (1, 10, 50))
    figure = Lines(
        name="result-08-monte-carlo",
        title="Test error of the mean of k drawn networks",
        caption=f"{bench.net(256, 256, images=10_000)}, p = .2 on the input and .5 on both hidden layers; the mean of "
        f"{SEEDS} seeds, the band from the best to the worst.",
        x_label="thinned networks averaged, k",
        y_label="test error, %",
        log_x=True,
        curves=[FigureCurve("mean of k", COUNTS, mean, found.min(axis=0), found.max(axis=0), points=True, hue=0)],
        marks=[FigureMark(round(float(scaled.mean()), 2), "weight scaling")],
    )
    return Found(
        f"k = 1: {one.mean():.2f}, 10: {ten.mean():.2f}, 50: {fifty.mean():.2f}; scaled {scaled.mean():.2f} %",
        counts_verdict(one, ten, fifty, scaled),
        f"{bench.where}Test error. {points('error(1) - error(10)', one - ten)}; "
        f"{points('error(10) - error(50)', ten - fifty)}; "
        f"{points('error(10) - scaled', ten - scaled)}; {points('error(50) - scaled', fifty - scaled)}. "
        f"100: {mean[COUNTS.index(100)]:.2f} %.",
        [figure],
    )


def counts_verdict(one: Array, ten: Array, fifty: Array, scaled: Array) -> Verdict:
    """Return the verdict on test errors, in per cent, of the mean of 1, 10 and 50 drawn networks and of weight scaling.

    A value for each seed, (seeds,). The error falls from 1 to 10 to 50; 50 are near weight scaling and 10 are not.
    """
    near = above(NEAR - (fifty - scaled)), above((ten - scaled) - NEAR)
    return together([above(one - ten), above(ten - fifty), *near])


def _averaged(net: TrainedNet, data: DataSet, seed: int, tell: Tell) -> Array:
    """Return the test error, in per cent, of the mean of k drawn networks, for each of ``COUNTS``; that of one is the
    mean over all drawn."""
    assert data.x_test is not None
    assert data.y_test is not None
    total, found, singles = np.zeros(data.y_test.shape), [], []
    for k, a in enumerate(_passes(net, data.x_test, PASSES, seed), 1):
        tell(k / PASSES, f"{k} of {PASSES} drawn networks")
        total += a
        singles.append(100 * float(1 - correct(a, data.y_test).mean()))
        if k in COUNTS:
            found.append(100 * float(1 - correct(total, data.y_test).mean()))
    return np.array([np.mean(singles), *found[1:]])


def uncertainty(bench: Bench, tell: Tell) -> Found:
    """Spread of drawn thinned networks on a digit that is turned, and whether uncertainty finds errors."""
    net, data = _deep_net(bench, tell.part(0, 0.6))
    assert data.x_test is not None
    assert data.y_test is not None
    assert data.image is not None
    right = data.y_test.argmax(axis=1)
    ones = np.flatnonzero(right == 1)
    sure = values(net.config, net.weights, net.biases, data.x_test[ones])[-1][:, 1]
    one = data.x_test[ones[int(np.argsort(sure)[len(sure) // 2])]].reshape(
        data.image
    )  # the median 1: no choice of ours
    turned = np.array([rotated(one, angle) for angle in ANGLES], np.float32)
    draws = np.array(list(_passes(net, turned.reshape(len(ANGLES), -1), PASSES, bench.seed)))  # (passes, angles, 10)
    winner = draws.mean(axis=0).argmax(axis=1)
    chosen = draws[:, np.arange(len(ANGLES)), winner]
    spread = dict(zip(ANGLES, chosen.std(axis=0), strict=True))
    mean = np.zeros(data.y_test.shape)
    for k, a in enumerate(_passes(net, data.x_test, PASSES, bench.seed + 1), 1):
        tell.part(0.6, 1)(k / PASSES, f"{k} of {PASSES} drawn networks")
        mean += a / PASSES
    entropy = -(mean * np.log(np.clip(mean, 1e-12, None))).sum(axis=1)
    wrong = ~correct(mean, data.y_test)
    area = auroc(entropy[wrong], entropy[~wrong])
    holds = bool(spread[45] > 10 * spread[0] and area > 0.9)
    figures = [
        Images(
            name="result-14-turned",
            title="The turned digit",
            caption="Below each: its winning class.",
            signed=False,
            images=[ImageRow("", turned, [f"{a}°: {w}" for a, w in zip(ANGLES, winner, strict=True)])],
        ),
        Violins(
            name="result-14-spread",
            title=f"What {PASSES} drawn networks say of it",
            caption="Probability of the winning class at each angle.",
            y_label="probability of the winning class",
            violins=[Violin(f"{a}°: {w}", own, 0) for a, w, own in zip(ANGLES, winner, chosen.T, strict=True)],
        ),
        Bars(
            name="result-14-entropy",
            title="Entropy of the mean, by whether the answer is right",
            caption=f"Quantiles over {len(right):,} test images. A wrong answer has the higher entropy with "
            f"probability {area:.3f}.",
            y_label="entropy, nats",
            groups=["10 %", "25 %", "50 %", "75 %", "90 %"],
            series=[
                FigureSeries(name, np.quantile(entropy[rows], [0.1, 0.25, 0.5, 0.75, 0.9]), hue=hue)
                for name, rows, hue in (("right", ~wrong, 0), ("wrong", wrong, 1))
            ],
        ),
    ]
    return Found(
        f"s.d. {spread[0]:.3f} at 0°, {spread[30]:.2f} at 30°, {spread[45]:.2f} at 45°; AUROC {area:.3f}",
        verdict(holds),
        f"{bench.where}{met(holds)}Standard deviation of the winning class's probability over {PASSES} passes, for "
        "the 1 of median certainty. Later work (2025) finds that such spread misses uncertainty where a model "
        "extrapolates.",
        figures,
    )


def rotated(image: Array, degrees: float) -> Array:
    """Return an image (height, width) turned about its centre, counter-clockwise, by bilinear interpolation."""
    height, width = image.shape
    t = np.deg2rad(degrees)
    y, x = np.mgrid[:height, :width].astype(float)
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    sy, sx = np.cos(t) * y + np.sin(t) * x + (height - 1) / 2, np.cos(t) * x - np.sin(t) * y + (width - 1) / 2
    padded = np.pad(image, 1)
    sy, sx = np.clip(sy + 1, 0, height + 1), np.clip(sx + 1, 0, width + 1)
    top, left = np.minimum(sy.astype(int), height), np.minimum(sx.astype(int), width)
    dy, dx = sy - top, sx - left
    upper = padded[top, left] * (1 - dx) + padded[top, left + 1] * dx
    lower = padded[top + 1, left] * (1 - dx) + padded[top + 1, left + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy)


def auroc(positive: Array, negative: Array) -> float:
    """Return the chance that a positive scores above a negative, ties counting half."""
    below = np.searchsorted(np.sort(negative), positive, side="left")
    upto = np.searchsorted(np.sort(negative), positive, side="right")
    return float(((below + upto) / 2).mean() / len(negative)) if len(positive) and len(negative) else float("nan")


ENTRIES = (
    PublishedResult(
        7,
        "Weight scaling is close to the geometric mean of all sub-networks of a deep net",
        "Warde-Farley et al. 2014",
        "no significant difference",
        "mean gap between scaled and geometric < .01; errors of all three means within .3 points",
        30,
        False,
        all_thinned,
    ),
    PublishedResult(
        8,
        "Averaging drawn networks meets weight scaling at about k = 50",
        "Srivastava et al. 2014, figure 11",
        "k about 50",
        "error(1) > error(10) > error(50); error(50) less than .05 points over scaling, error(10) "
        "more; each by an interval over 8 seeds",
        400,
        False,
        monte_carlo,
        SEEDS,
    ),
    PublishedResult(
        14,
        "Thinned networks disagree on what they do not know",
        "Gal & Ghahramani 2016, figure 4",
        "spread grows as a 1 is turned",
        "s.d. at 45° over 10 times that at 0°; AUROC of entropy > .9",
        25,
        False,
        uncertainty,
    ),
)
