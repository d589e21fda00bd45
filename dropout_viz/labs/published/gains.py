"""Published results on what dropout gains, and when: little data, the size of the data, the drop probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs.figures import FigureCurve, Lines
from dropout_viz.labs.intervals import Interval, interval, judged
from dropout_viz.labs.lab import Tell, Verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import ARMS, EPOCHS, SEEDS, Bench, TrainedNet, above, points, together
from dropout_viz.labs.sweep.result import u_level, u_shape

Array = NDArray[Any]

SIZES = (100, 500, 1_000, 2_000, 5_000)
SMALL, MIDDLE = (100, 500), (1_000, 2_000)
DROPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
EARLY = 3  # of the looks after the start: a fifth of the training
_LEAST = 2_000  # steps of a training, however few its data


def spread(values: Sequence[float] | Array) -> str:
    """Return mean ± standard deviation, in per cent."""
    return f"{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}"


def _band(nets: Sequence[TrainedNet], column: int) -> tuple[Array, Array, Array, Array]:
    """Return epochs, mean, lowest and highest of a column of the nets' curves, from the first look after the start."""
    curves = np.array([net.curve for net in nets])[:, 1:]
    each = curves[:, :, column]
    return curves[0, :, 0], each.mean(axis=0), each.min(axis=0), each.max(axis=0)


def little_data(bench: Bench, tell: Tell) -> Found:
    """The headline: 2,000 training images, with and without dropout."""
    nets: dict[str, list[TrainedNet]] = {}
    for k, arm in enumerate(ARMS):
        for seed in range(SEEDS):
            at = (k * SEEDS + seed) / (len(ARMS) * SEEDS)
            part = tell.part(at, at + 1 / (len(ARMS) * SEEDS))
            nets.setdefault(arm, []).append(bench.shared(arm, seed, part))
    errors = {arm: np.array([net.error for net in own]) for arm, own in nets.items()}
    none, hidden, both = errors.values()
    curves = [FigureCurve(arm, *_band(own, 2), hue=k) for k, (arm, own) in enumerate(nets.items())]
    falls = [float(curve.y[EARLY] - curve.y[-1]) for curve in curves]
    figure = Lines(
        name="result-09-little-data",
        title="Test error on little data",
        caption=f"{bench.net(256, images=2_000)}; the mean of {SEEDS} seeds, the band from the best to the worst. From "
        f"epoch {curves[0].x[EARLY]:g} on the means fall by {', '.join(f'{fall:.2f}' for fall in falls)} points.",
        x_label="epoch",
        y_label="test error, %",
        curves=curves,
        y_range=(float(np.floor(min(e.min() for e in errors.values()))), float(np.ceil(1.6 * none.mean()))),
    )
    arms = tuple({"name": arm, **settings} for arm, settings in ARMS.items())
    first = "2,000 images, the first of the file: a harder lot than those drawn for the lab. " if bench.mnist else ""
    config = bench.config(
        title="Less over-fitting on little data",
        about=f"{first}Watch the test curves part.",
        arms=arms,
        examples=2_000 if bench.mnist else None,
        steps=EPOCHS * (len(bench.drawn(2_000).x) // 100),
    )
    fitted = float(np.mean([net.curve[-1, 1] for net in nets["without dropout"]]))
    return Found(
        f"{none.mean():.2f} → {hidden.mean():.2f} (p = .5), {both.mean():.2f} % (.2 + .5)",
        little_verdict(none, hidden, both),
        f"{bench.where}Test error: {'; '.join(f'{arm} {spread(e)} %' for arm, e in errors.items())}. "
        f"{points('Gain', none - hidden)}; {points('with input', none - both)}. Without dropout "
        f"{fitted:.2f} % of the training images are wrong at the end.",
        [figure],
        config,
    )


def little_verdict(none: Array, hidden: Array, both: Array) -> Verdict:
    """Return the verdict on test errors, in per cent, of the three ``ARMS``, (seeds,) each: both gain over a point."""
    return together([above(none - arm - 1) for arm in (hidden, both)])


def data_size(bench: Bench, tell: Tell) -> Found:
    """The gain by the number of training images."""
    sizes = [n for n in SIZES if n <= len(bench.whole.x)]
    arms = {"without dropout": {}, "with dropout": {"p_input": 0.2, "p_hidden": (0.5,)}}
    found = np.empty((len(arms), len(sizes), SEEDS))
    work = np.array([max(_LEAST, n) for n in sizes], float)
    done, whole = 0.0, work.sum() * len(arms) * SEEDS
    for at, n in enumerate(sizes):
        for k, settings in enumerate(arms.values()):
            for seed in range(SEEDS):
                part = tell.part(done / whole, (done + work[at]) / whole)
                config = bench.config(hidden=(256, 256), seed=bench.seed + seed, **settings)
                epochs = max(100, _LEAST * 100 // n)
                net = bench.trained(config, bench.drawn(n), epochs, part, f"{n:,} images, {list(arms)[k]}, seed {seed}")
                found[k, at, seed] = net.error
                done += work[at]
    none, drop = found.mean(axis=2)
    gains = {n: interval(found[0, at] - found[1, at]) for at, n in enumerate(sizes)}
    figure = Lines(
        name="result-10-data-size",
        title="Test error by the amount of data",
        caption=f"{bench.net(256, 256)} with p = .2 on the input and .5 on both hidden layers; the mean of {SEEDS} "
        "seeds, the band from the best to the worst. The paper found no gain with 100 and 500 images.",
        x_label="training images",
        y_label="test error, %",
        log_x=True,
        log_y=True,
        curves=[
            FigureCurve(arm, sizes, found[k].mean(axis=1), found[k].min(axis=1), found[k].max(axis=1), k, points=True)
            for k, arm in enumerate(arms)
        ],
    )
    rows = "; ".join(
        f"{n:,} images {a:.2f} → {b:.2f} %, gain [{gains[n].low:+.2f}, {gains[n].high:+.2f}]"
        for n, a, b in zip(sizes, none, drop, strict=True)
    )
    return Found(
        ", ".join(f"{gain.mean:+.2f} at {n:,}" for n, gain in gains.items()),
        sizes_verdict(gains),
        f"{bench.where}{rows}; {gains[sizes[0]].how} each. The paper (section 7.4) reports no gain with 100 and 500 "
        f"images and one with more: {against(gains)}. In a net too narrow for much data dropout may lose. 100 epochs, "
        "or as many as make 2,000 steps.",
        [figure],
    )


def sizes_verdict(gains: Mapping[int, Interval]) -> Verdict:
    """Return the verdict on the paper's curve, by the gain in points at each number of images.

    No gain at 100 and 500: wrong where an interval lies above zero; that there is none, no interval can show, so what
    holds zero does not speak against it. A gain at 1,000 and 2,000.
    """
    if not gains.keys() >= {*SMALL, *MIDDLE}:
        return "undecided"
    small: list[Verdict] = [
        "disagrees" if gains[n].side > 0 else "agrees" if gains[n].known else "undecided" for n in SMALL
    ]
    return together([*small, *(judged(gains[n], 1) for n in MIDDLE)])


def against(gains: Mapping[int, Interval]) -> str:
    """Return at which sizes the paper is contradicted, in words."""
    wrong = [f"a gain at {n:,}" for n in SMALL if n in gains and gains[n].side > 0]
    wrong += [f"no gain at {n:,}" for n in MIDDLE if n in gains and gains[n].side < 0]
    return f"here the contrary, {' and '.join(wrong)}" if wrong else "nothing here contradicts it"


def best_p(bench: Bench, tell: Tell) -> Found:
    """The drop probability of the hidden layer, from none to nearly all."""
    data, found, trained = bench.drawn(2_000), np.empty((len(DROPS), SEEDS)), np.empty((len(DROPS), SEEDS))
    for k, p in enumerate(DROPS):
        for seed in range(SEEDS):
            at = (k * SEEDS + seed) / found.size
            part = tell.part(at, at + 1 / found.size)
            config = bench.config(p_hidden=(p,), seed=bench.seed + seed)
            net = bench.trained(config, data, 100, part, f"p = {p:g}, seed {bench.seed + seed}")
            found[k, seed], trained[k, seed] = net.error, net.curve[-1, 1]
    mean = found.mean(axis=1)
    best = int(mean.argmin())
    figure = Lines(
        name="result-13-best-p",
        title="Error over the drop probability",
        caption=f"{bench.net(256, images=2_000)}, 100 epochs; the mean of {SEEDS} seeds, the band from the best to "
        "the worst. The paper's curve over retention is flat from .4 to .8, which is p from .2 to .6. "
        "What leaves the picture is in the numbers.",
        x_label="drop probability of the hidden units",
        y_label="error, %",
        y_range=(0.0, float(np.ceil(2 * mean[0]))),
        curves=[
            FigureCurve("test", DROPS, mean, found.min(axis=1), found.max(axis=1), 0, points=True),
            FigureCurve(
                "training", DROPS, trained.mean(axis=1), trained.min(axis=1), trained.max(axis=1), 1, points=True
            ),
        ],
    )
    level = u_level(len(DROPS))
    ends = "; ".join(
        points(f"error({DROPS[end]:g}) - error({DROPS[best]:g})", found[end] - found[best], level) for end in (0, -1)
    )
    flat = mean[[p <= 0.7 for p in DROPS]]
    return Found(
        f"best p = {DROPS[best]:g}; {mean[0]:.2f}, {mean[best]:.2f}, {mean[-1]:.2f} %",
        u_shape(found, 0.3),
        f"{bench.where}Test error at p = {', '.join(f'{p:g}: {e:.2f}' for p, e in zip(DROPS, mean, strict=True))} %. "
        f"Measured: the best p, and the errors at 0, there, and at {DROPS[-1]:g}. {ends}. Up to p = .7 the error stays "
        f"within {flat.max() - flat.min():.2f} points.",
        [figure],
    )


ENTRIES = (
    PublishedResult(
        9,
        "Less over-fitting on little data",
        "Srivastava et al. 2014, figure 10 (in spirit)",
        "lower with dropout",
        "both arms with dropout lower by more than 1 point, by intervals over 8 seeds",
        215,
        False,
        little_data,
        SEEDS,
    ),
    PublishedResult(
        10,
        "The gain depends on the size of the data",
        "Srivastava et al. 2014, figure 10",
        "no gain with 100 and 500, a gain with more, less with much",
        "gain above 0 at 1,000 and 2,000 images, not above 0 at 100 and 500, by intervals over 8 seeds",
        1_100,
        False,
        data_size,
        SEEDS,
    ),
    PublishedResult(
        13,
        "Error over p is a U",
        "Srivastava et al. 2014, figure 9",
        "flat for p = .2 to .6, best about .4 to .5",
        "a point inside lower than both ends by more than .3 points, by intervals over 8 seeds",
        200,
        False,
        best_p,
        SEEDS,
    ),
)
