"""Published results that enumeration of all masks decides: averaging, and dropout as a penalty.

Each is computed through the program: the trainer's own masks, scales, losses and gradients, and the analysis that the
Ensemble view shows, are held against the closed form.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.thinned import network_of
from dropout_viz.labs.figures import Bars, FigureCurve, FigureMark, FigureSeries, Lines
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import Bench
from dropout_viz.labs.published.steps import DRAWN, FAR, begun, first_step, off_by, passing_on

Array = NDArray[Any]
DROP = 0.3  # not one half: there a unit's chances of being on and off could change places unseen
WORLDS = 1_500


def every_mask(n: int) -> Array:
    """Return all 2^n masks as rows of ones and zeros, (2^n, n)."""
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(float)


def chances(masks: Array, drop: float) -> Array:
    """Return how probable each mask (masks, n) is, (masks,)."""
    return np.asarray(np.where(masks == 1, 1 - drop, drop).prod(axis=1))


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def geometric_mean(bench: Bench, tell: Tell) -> Found:
    """One softmax layer over 12 units that drop: the averages of all 4,096 thinned networks."""
    random = np.random.default_rng(bench.seed)
    n, outputs, examples, copies = 12, 3, 20, 400
    x = np.abs(random.normal(size=(examples, n)))
    y = np.eye(outputs)[random.integers(0, outputs, examples * copies)]
    config = passing_on(n, output="softmax", loss="softmax_cross_entropy", p_hidden=(DROP,), seed=bench.seed)
    trainer = begun(config, np.repeat(x, copies, axis=0), y, 0.5 * random.normal(size=(n, outputs)))
    network = network_of(trainer.snapshot())
    averages, scaled = ensemble.means(network, x), network.outputs(x)
    tell(0.5)
    exact = float(np.abs(averages.geometric - scaled).max())
    apart = float(np.abs(averages.arithmetic - scaled).max())
    trainer.advance(1)
    one = trainer.snapshot()
    trainer.advance(1)
    other = trainer.snapshot()
    said = one.activations[-1].reshape(examples, copies, outputs).swapaxes(0, 1)
    logits = np.log(said) - np.log(said).mean(axis=2, keepdims=True)
    expected = np.log(averages.geometric) - np.log(averages.geometric).mean(axis=1, keepdims=True)
    again = (one.masks[1] == other.masks[1]).mean(axis=1)  # a unit keeps its state by chance only
    far = max(
        off_by(logits, expected),
        off_by(said.mean(axis=1), averages.arithmetic.mean(axis=0)),
        off_by(one.masks[1], np.full(n, 1 - DROP)),
        off_by(again, DROP**2 + (1 - DROP) ** 2),
    )
    figure = Lines(
        name="result-01-averages",
        title="Averages of all 4,096 thinned networks against the weight-scaled network",
        caption="Each point is one output for one example. The normalised geometric mean lies at most "
        f"{exact:.0e} off the diagonal, the arithmetic mean up to {apart:.3f}.",
        x_label="weight-scaled network",
        y_label="mean of the thinned networks",
        curves=[
            FigureCurve(
                "normalised geometric mean", scaled.ravel(), averages.geometric.ravel(), line=False, points=True, hue=0
            ),
            FigureCurve("arithmetic mean", scaled.ravel(), averages.arithmetic.ravel(), line=False, points=True, hue=1),
            FigureCurve("equal", [0, 1], [0, 1], dashed=True, hue=2),
        ],
    )
    return Found(
        exact,
        verdict(exact < 1e-12 and apart > 0.01 and far < FAR),
        f"The arithmetic mean of the same networks is up to {apart:.3f} away: equality is of the geometric mean, and "
        f"of one layer only. p = {DROP:g}. Of {examples * copies:,} masks that the trainer drew, both means are within "
        f"{far:.1f} standard errors of those counted.",
        [figure],
    )


def linear_regression(bench: Bench, tell: Tell) -> Found:
    """Dropout on the inputs of a linear regression, marginalised: least squares and a penalty."""
    random = np.random.default_rng(bench.seed)
    rows, n, keep = 40, 10, 1 - DROP
    x, w = np.abs(random.normal(size=(rows, n))) * random.uniform(0.5, 2, n), random.normal(size=n) * 4
    y = x @ random.normal(size=n) * 4 + random.normal(size=rows)
    # Classical scaling: nothing is done to what is on, as in the paper.
    exact = float(((y - keep * x @ w) ** 2).sum() + keep * DROP * ((x**2).sum(axis=0) * w**2).sum())
    masks = every_mask(n)
    weights = chances(masks, DROP)
    errors = np.array([(target - (masks * row) @ w) ** 2 for row, target in zip(x, y, strict=True)])  # (rows, masks)
    each = errors @ weights
    enumerated, varies = float(each.sum()), float(((errors**2) @ weights - each**2).sum())
    config = passing_on(n, output="linear", p_hidden=(DROP,), scaling="classical", seed=bench.seed, worlds=WORLDS)
    step = first_step(config, x, y[:, None], w[:, None])
    sums = 2 * rows * step.losses  # the run's loss is half the mean
    off = keep * x @ w - y
    by_x = keep * np.outer(off, w) + keep * DROP * x * w**2  # half the objective's slope by each of x
    by_w = keep * (x.T @ off) + keep * DROP * (x**2).sum(axis=0) * w
    spread = (sums - exact) ** 2  # masks of different examples are independent: their variances add up
    far = [
        off_by(sums, exact),
        off_by(step.into[..., 0] * rows, by_w),
        off_by(step.before * rows, x.T @ by_x),
        off_by(spread, varies),
    ]
    tell(0.9)
    z = float((sums.mean() - exact) / (sums.std(ddof=1) / np.sqrt(WORLDS)))
    counts = np.unique(np.geomspace(10, WORLDS, 60).astype(int))
    mean = np.cumsum(sums)[counts - 1] / counts
    band = np.array([sums[:c].std(ddof=1) / np.sqrt(c) for c in counts])
    figure = Lines(
        name="result-02-penalty",
        title="Squared error under the run's masks, and least squares with a penalty",
        caption="The band is one standard error of the mean over the worlds so far.",
        x_label="worlds, each with masks of its own",
        y_label="mean squared error, summed over the data",
        log_x=True,
        curves=[FigureCurve("mean under masks", counts, mean, mean - band, mean + band, hue=0)],
        marks=[FigureMark(exact, "closed form")],
    )
    apart = abs(enumerated / exact - 1)
    return Found(
        z,
        verdict(abs(z) < 4 and apart < 1e-12 and max(far) < FAR),
        f"Closed form {exact:,.1f}; all 1,024 masks of each example enumerated: the same to {apart:.0e} of it; the "
        f"trainer's loss in {WORLDS:,} worlds {sums.mean():,.1f}. Measured is z, its distance in standard errors; its "
        f"gradients by both layers of weights, and its variance, are within {max(far):.1f} of the closed form's. "
        f"p = {DROP:g}.",
        [figure],
    )


def logistic_regression(bench: Bench, tell: Tell) -> Found:
    """Dropout on the inputs of a logistic regression against its quadratic approximation, over all 2^10 masks."""
    random = np.random.default_rng(bench.seed)
    rows, n = 200, 10
    x, direction = random.random((rows, n)), random.normal(size=n)
    y = (random.random(rows) < 0.5).astype(float)
    masks, sizes = every_mask(n), (0.1, 0.3, 1.0)
    weights = chances(masks, DROP)
    ratios, far = [], []
    for k, size in enumerate(sizes):
        tell(k / len(sizes))
        beta = direction * size / np.abs(direction).mean()
        config = passing_on(
            n, output="sigmoid", loss="binary_cross_entropy", p_hidden=(DROP,), seed=bench.seed, worlds=WORLDS // 4
        )
        network = network_of(begun(config.changed(worlds=1), x, y[:, None], beta[:, None]).snapshot())
        z = x @ beta
        under = network.under(x, [np.ones_like(masks), masks])[0][..., 0]  # (masks, rows)
        penalty = float((weights @ np.logaddexp(0, under) - np.logaddexp(0, z)).sum())
        share = _sigmoid(z)
        quadratic = 0.5 * DROP / (1 - DROP) * float((beta**2 * ((share * (1 - share)) @ x**2)).sum())
        ratios.append(quadratic / penalty)
        plain = float((np.logaddexp(0, z) - y * z).sum())
        step = first_step(config, x, y[:, None], beta[:, None])
        slope = (weights[:, None] * (_sigmoid(under) - y)).T @ masks / (1 - DROP)  # (rows, n)
        far += [
            off_by(step.losses * rows, plain + penalty),
            off_by(step.into[..., 0] * rows, (slope * x).sum(axis=0)),
            off_by(step.before * rows, x.T @ (slope * beta)),
        ]
    figure = Bars(
        name="result-03-fisher",
        title="The quadratic penalty over the exact one",
        caption="All 1,024 masks of 10 inputs. The approximation is of first order: good where coefficients are small.",
        y_label="quadratic / exact",
        groups=[f"mean |β| = {s:g}" for s in sizes],
        series=[FigureSeries("quadratic / exact", ratios)],
        marks=[FigureMark(1.0, "equal")],
    )
    return Found(
        ratios[0],
        verdict(abs(ratios[0] - 1) < 0.02 and max(far) < FAR),
        f"At mean |β| = .1; {ratios[1]:.3f} at .3 and {ratios[2]:.3f} at 1. p = {DROP:g}. The trainer's losses and "
        f"gradients under its own masks are within {max(far):.1f} standard errors of those counted.",
        [figure],
    )


ENTRIES = (
    PublishedResult(
        1,
        "Weight scaling is the geometric mean of all thinned networks, for one layer",
        "Baldi & Sadowski 2013",
        "equal",
        f"largest gap < 1e-12, arithmetic mean > .01 away; {DRAWN}",
        0.2,
        True,
        geometric_mean,
    ),
    PublishedResult(
        2,
        "Dropout in linear regression is a weighted L2 penalty",
        "Srivastava et al. 2014, section 9.1",
        "equal",
        f"|z| < 4 for the drawn mean, enumeration equal to 1e-12; {DRAWN}",
        1,
        True,
        linear_regression,
    ),
    PublishedResult(
        3,
        "Dropout in logistic regression is an L2 penalty scaled by the Fisher information, to first order",
        "Wager, Wang & Liang 2013",
        1.0,
        f"1 ± .02 at mean |β| = .1; {DRAWN}",
        1,
        True,
        logistic_regression,
    ),
)
