"""Published results that enumeration of all masks decides: averaging, and dropout as a penalty."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs.figures import Bars, Curve, Lines, Mark, Series
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.published_entry import Found, PublishedResult
from dropout_viz.labs.published_nets import Bench

Array = NDArray[Any]


def every_mask(n: int) -> Array:
    """Return all 2^n masks as rows of ones and zeros, (2^n, n)."""
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(float)


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def geometric_mean(bench: Bench, tell: Tell) -> Found:
    """One softmax layer over 12 inputs that drop: the averages of all 4,096 thinned networks."""
    random = np.random.default_rng(bench.seed)
    n, outputs, examples, p = 12, 3, 20, 0.5
    w, b = random.normal(size=(n, outputs)), random.normal(size=outputs)
    x = random.normal(size=(examples, n))
    masks = every_mask(n)
    arithmetic = np.empty((examples, outputs))
    geometric, scaled = np.empty_like(arithmetic), np.empty_like(arithmetic)
    for k, row in enumerate(x):
        tell(k / examples)
        z = (masks * row) @ w + b
        a = np.exp(z - z.max(axis=1, keepdims=True))
        a /= a.sum(axis=1, keepdims=True)
        arithmetic[k] = a.mean(axis=0)
        g = np.exp(np.log(a).mean(axis=0))
        geometric[k] = g / g.sum()
        z = (1 - p) * row @ w + b
        scaled[k] = np.exp(z - z.max())
        scaled[k] /= scaled[k].sum()
    exact, apart = float(np.abs(geometric - scaled).max()), float(np.abs(arithmetic - scaled).max())
    figure = Lines(
        name="result-01-averages", title="Averages of all 4,096 thinned networks against the weight-scaled network",
        caption="Each point is one output for one example. The normalised geometric mean lies on the diagonal to the "
        "last digit; the arithmetic mean does not.",
        x_label="weight-scaled network", y_label="mean of the thinned networks",
        curves=[
            Curve("normalised geometric mean", scaled.ravel(), geometric.ravel(), line=False, points=True, hue=0),
            Curve("arithmetic mean", scaled.ravel(), arithmetic.ravel(), line=False, points=True, hue=1),
            Curve("equal", [0, 1], [0, 1], dashed=True, hue=2),
        ],
    )  # fmt: skip
    return Found(
        exact, verdict(exact < 1e-12 and apart > 0.01),
        f"The arithmetic mean of the same networks is up to {apart:.3f} away: equality is of the geometric mean, and "
        "of one layer only.", [figure],
    )  # fmt: skip


def linear_regression(bench: Bench, tell: Tell) -> Found:
    """Dropout on the inputs of a linear regression, marginalised: least squares and a penalty."""
    random = np.random.default_rng(bench.seed)
    rows, n, keep, draws = 200, 10, 0.5, 20_000
    x, w = random.normal(size=(rows, n)) * random.uniform(0.5, 2, n), random.normal(size=n) * 4
    y = x @ random.normal(size=n) * 4 + random.normal(size=rows)
    exact = float(((y - keep * x @ w) ** 2).sum() + keep * (1 - keep) * ((x**2).sum(axis=0) * w**2).sum())
    masks_exact = every_mask(n)  # one row of inputs at a time meets every mask: the expectation itself
    enumerated = sum(float(((target - (masks_exact * row) @ w) ** 2).mean()) for row, target in zip(x, y, strict=True))
    sums = np.empty(draws)
    for k in range(draws):
        if k % 500 == 0:
            tell(k / draws)
        sums[k] = ((y - ((random.random(x.shape) < keep) * x) @ w) ** 2).sum()
    error = sums.std(ddof=1) / np.sqrt(draws)
    z = float((sums.mean() - exact) / error)
    counts = np.unique(np.geomspace(10, draws, 60).astype(int))
    mean = np.cumsum(sums)[counts - 1] / counts
    spread = np.array([sums[:c].std(ddof=1) / np.sqrt(c) for c in counts])
    figure = Lines(
        name="result-02-penalty", title="Squared error under drawn masks approaches least squares with a penalty",
        caption="The band is one standard error of the mean over the draws so far.",
        x_label="draws of all masks", y_label="mean squared error, summed over the data", log_x=True,
        curves=[Curve("mean under masks", counts, mean, mean - spread, mean + spread, hue=0)],
        marks=[Mark(exact, "closed form")],
    )  # fmt: skip
    off = abs(enumerated / exact - 1)
    return Found(
        z, verdict(abs(z) < 4 and off < 1e-12),
        f"Closed form {exact:,.1f}; mean over {draws:,} draws {sums.mean():,.1f} ± {error:,.1f}; all 1,024 masks of "
        f"each example enumerated: the same to {off:.0e} of it. Measured is z, the distance in standard errors.",
        [figure],
    )  # fmt: skip


def logistic_regression(bench: Bench, tell: Tell) -> Found:
    """Dropout on the inputs of a logistic regression against its quadratic approximation, over all 2^10 masks."""
    random = np.random.default_rng(bench.seed)
    rows, n, drop = 200, 10, 0.5
    x, direction = random.normal(size=(rows, n)), random.normal(size=n)
    masks = every_mask(n) / (1 - drop)
    sizes, ratios = (0.1, 0.3, 1.0), []
    for k, size in enumerate(sizes):
        beta = direction * size / np.abs(direction).mean()
        penalty, fisher = 0.0, np.zeros(n)
        for i, row in enumerate(x):
            tell((k + i / rows) / len(sizes))
            z = row @ beta
            penalty += float(np.logaddexp(0, (masks * row) @ beta).mean() - np.logaddexp(0, z))
            share = _sigmoid(z)
            fisher += share * (1 - share) * row**2
        quadratic = 0.5 * drop / (1 - drop) * float((beta**2 * fisher).sum())
        ratios.append(quadratic / penalty)
    figure = Bars(
        name="result-03-fisher", title="The quadratic penalty over the exact one",
        caption="All 1,024 masks of 10 inputs. The approximation is of first order: good where coefficients are small.",
        y_label="quadratic / exact", groups=[f"mean |β| = {s:g}" for s in sizes],
        series=[Series("quadratic / exact", ratios)], marks=[Mark(1.0, "equal")],
    )  # fmt: skip
    return Found(
        ratios[0], verdict(abs(ratios[0] - 1) < 0.02),
        f"At mean |β| = .1; {ratios[1]:.3f} at .3 and {ratios[2]:.3f} at 1.", [figure],
    )  # fmt: skip


ENTRIES = (
    PublishedResult(
        1, "Weight scaling is the geometric mean of all thinned networks, for one layer", "Baldi & Sadowski 2013",
        "equal", "largest gap < 1e-12, arithmetic mean > .01 away", 0.2, True, geometric_mean,
    ),
    PublishedResult(
        2, "Dropout in linear regression is a weighted L2 penalty", "Srivastava et al. 2014, section 9.1",
        "equal", "|z| < 4 for the drawn mean, enumeration equal to 1e-12", 1, True, linear_regression,
    ),
    PublishedResult(
        3, "Dropout in logistic regression is an L2 penalty scaled by the Fisher information, to first order",
        "Wager, Wang & Liang 2013", 1.0, "1 ± .02 at mean |β| = .1", 1, True, logistic_regression,
    ),
)  # fmt: skip
