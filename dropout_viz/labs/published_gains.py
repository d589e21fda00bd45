"""Published results on what dropout gains, and when: little data, the size of the data, the drop probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs.figures import Curve, Lines
from dropout_viz.labs.lab import Tell
from dropout_viz.labs.published_entry import Found, PublishedResult
from dropout_viz.labs.published_nets import ARMS, EPOCHS, SEEDS, Bench, Trained

Array = NDArray[Any]

SIZES = (100, 500, 1_000, 2_000, 5_000)
DROPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
_PAIR = 2  # seeds, where three would take too long
_LEAST = 2_000  # steps of a training, however few its data


def spread(values: Sequence[float] | Array) -> str:
    """Return mean ± standard deviation, in per cent."""
    return f"{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}"


def _band(nets: Sequence[Trained], column: int) -> tuple[Array, Array, Array, Array]:
    """Return epochs, mean, lowest and highest of a column of the nets' curves, from the first look after the start."""
    curves = np.array([net.curve for net in nets])[:, 1:]
    each = curves[:, :, column]
    return curves[0, :, 0], each.mean(axis=0), each.min(axis=0), each.max(axis=0)


def little_data(bench: Bench, tell: Tell) -> Found:
    """The headline: 2,000 training images, with and without dropout."""
    nets: dict[str, list[Trained]] = {}
    for k, arm in enumerate(ARMS):
        for seed in range(SEEDS):
            at = (k * SEEDS + seed) / (len(ARMS) * SEEDS)
            part = tell.part(at, at + 1 / (len(ARMS) * SEEDS))
            nets.setdefault(arm, []).append(bench.shared(arm, seed, part))
    errors = {arm: np.array([net.error for net in own]) for arm, own in nets.items()}
    none, hidden, both = errors.values()
    gain = none.mean() - max(hidden.mean(), both.mean())
    curves = [Curve(arm, *_band(own, 2), hue=k) for k, (arm, own) in enumerate(nets.items())]
    figure = Lines(
        name="result-09-little-data", title="Test error on little data",
        caption=f"{bench.net(256, images=2_000)}; the mean of {SEEDS} seeds, the band from the best to the worst. With "
        "dropout the error goes on falling after the plain network has fitted its data.",
        x_label="epoch", y_label="test error, %", curves=curves,
        y_range=(float(np.floor(min(e.min() for e in errors.values()))), float(np.ceil(1.6 * none.mean()))),
    )  # fmt: skip
    arms = tuple({"name": arm, **settings} for arm, settings in ARMS.items())
    first = "2,000 images, the first of the file: a harder lot than those drawn for the lab. " if bench.mnist else ""
    config = bench.config(
        title="Less over-fitting on little data", about=f"{first}Watch the test curves part.", arms=arms,
        examples=2_000 if bench.mnist else None, steps=EPOCHS * (len(bench.drawn(2_000).x) // 100),
    )  # fmt: skip
    fitted = float(np.mean([net.curve[-1, 1] for net in nets["without dropout"]]))
    return Found(
        f"{none.mean():.2f} → {hidden.mean():.2f} (p = .5), {both.mean():.2f} % (.2 + .5)", bench.verdict(gain > 1),
        f"{bench.where}Test error: {'; '.join(f'{arm} {spread(e)} %' for arm, e in errors.items())}. Without dropout "
        f"{fitted:.2f} % of the training images are wrong at the end.", [figure], config,
    )  # fmt: skip


def data_size(bench: Bench, tell: Tell) -> Found:
    """The gain by the number of training images."""
    sizes = [n for n in SIZES if n <= len(bench.whole.x)]
    arms = {"without dropout": {}, "with dropout": {"p_input": 0.2, "p_hidden": (0.5,)}}
    found = np.empty((len(arms), len(sizes), _PAIR))
    work = np.array([max(_LEAST, n) for n in sizes], float)
    done, whole = 0.0, work.sum() * len(arms) * _PAIR
    for at, n in enumerate(sizes):
        for k, settings in enumerate(arms.values()):
            for seed in range(_PAIR):
                part = tell.part(done / whole, (done + work[at]) / whole)
                config = bench.config(hidden=(256, 256), seed=bench.seed + seed, **settings)
                epochs = max(100, _LEAST * 100 // n)
                net = bench.trained(config, bench.drawn(n), epochs, part, f"{n:,} images, {list(arms)[k]}, seed {seed}")
                found[k, at, seed] = net.error
                done += work[at]
    none, drop = found.mean(axis=2)
    gain = dict(zip(sizes, none - drop, strict=True))
    middle = [n for n in sizes if 1_000 <= n <= 2_000]
    figure = Lines(
        name="result-10-data-size", title="The gain depends on the amount of data",
        caption=f"{bench.net(256, 256)} with p = .2 on the input and .5 on both hidden layers; the mean of two "
        "seeds, and both. Where data are plenty, a net this narrow has nothing to give away.",
        x_label="training images", y_label="test error, %", log_x=True, log_y=True,
        curves=[Curve(arm, sizes, found[k].mean(axis=1), found[k].min(axis=1), found[k].max(axis=1), k, points=True)
                for k, arm in enumerate(arms)],
    )  # fmt: skip
    rows = "; ".join(f"{n:,} images {a:.2f} → {b:.2f} %" for n, a, b in zip(sizes, none, drop, strict=True))
    return Found(
        ", ".join(f"{g:+.2f} at {n:,}" for n, g in gain.items()),
        bench.verdict(bool(middle) and all(gain[n] > 0 for n in middle)),
        f"{bench.where}{rows}. Only 1,000 to 2,000 decide: with very little data, or in a net too narrow for much, "
        "dropout may lose. 100 epochs, or as many as make 2,000 steps.", [figure],
    )  # fmt: skip


def best_p(bench: Bench, tell: Tell) -> Found:
    """The drop probability of the hidden layer, from none to nearly all."""
    data, found, trained = bench.drawn(2_000), np.empty((len(DROPS), _PAIR)), np.empty((len(DROPS), _PAIR))
    for k, p in enumerate(DROPS):
        for seed in range(_PAIR):
            at = (k * _PAIR + seed) / found.size
            part = tell.part(at, at + 1 / found.size)
            config = bench.config(p_hidden=(p,), seed=bench.seed + seed)
            net = bench.trained(config, data, 100, part, f"p = {p:g}, seed {bench.seed + seed}")
            found[k, seed], trained[k, seed] = net.error, net.curve[-1, 1]
    mean = found.mean(axis=1)
    best = int(mean.argmin())
    ends = min(mean[0], mean[-1]) - mean[best]
    figure = Lines(
        name="result-13-best-p", title="Error over the drop probability",
        caption=f"{bench.net(256, images=2_000)}, 100 epochs; the mean of two seeds, and both. The paper's curve over "
        "retention is flat from .4 to .8, which is p from .2 to .6. What leaves the picture is in the numbers.",
        x_label="drop probability of the hidden units", y_label="error, %", y_range=(0.0, float(np.ceil(2 * mean[0]))),
        curves=[
            Curve("test", DROPS, mean, found.min(axis=1), found.max(axis=1), 0, points=True),
            Curve("training", DROPS, trained.mean(axis=1), trained.min(axis=1), trained.max(axis=1), 1, points=True),
        ],
    )  # fmt: skip
    flat = mean[[p <= 0.7 for p in DROPS]]
    return Found(
        f"best p = {DROPS[best]:g}; {mean[0]:.2f}, {mean[best]:.2f}, {mean[-1]:.2f} %",
        bench.verdict(0 < best < len(DROPS) - 1 and ends > 0.3),
        f"{bench.where}Test error at p = {', '.join(f'{p:g}: {e:.2f}' for p, e in zip(DROPS, mean, strict=True))} %. "
        f"Measured: the best p, and the errors at 0, there, and at {DROPS[-1]:g}. Up to p = .7 the error stays within "
        f"{flat.max() - flat.min():.2f} points; beyond, units are too few for this width and rate.", [figure],
    )  # fmt: skip


ENTRIES = (
    PublishedResult(
        9, "Less over-fitting on little data", "Srivastava et al. 2014, figure 10 (in spirit)",
        "lower with dropout", "both arms with dropout lower by more than 1 point", 80, False, little_data,
    ),
    PublishedResult(
        10, "The gain depends on the size of the data", "Srivastava et al. 2014, figure 10",
        "gain between little and much data", "error lower with dropout at 1,000 and at 2,000 images", 280, False,
        data_size,
    ),
    PublishedResult(
        13, "Error over p is a U", "Srivastava et al. 2014, figure 9", "flat for p = .2 to .6, best about .4 to .5",
        "lowest inside, both ends higher by more than .3 points", 110, False, best_p,
    ),
)  # fmt: skip
