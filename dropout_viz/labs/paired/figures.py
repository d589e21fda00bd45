"""The pictures of paired runs: curves with bands, how arms end, and the difference seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs import bands
from dropout_viz.labs import measures as m
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.figures import Bars, Figure, FigureCurve, FigureMark, FigureSeries, Lines, Violin, Violins
from dropout_viz.labs.intervals import MEANS, both, caption, interval
from dropout_viz.labs.paired.shares import known_shares
from dropout_viz.words import many

Array = NDArray[Any]
_FIRST, _ROOM = 0.02, 1.15  # share of the steps that need not fit into a picture; what is left free above the rest
_HUES = (1, 0, *range(2, 64))  # with dropout in the first colour, as the window draws arms


def figures(config: RunConfig, trained: Trained, chief: m.RunMeasure) -> tuple[Figure, ...]:
    """Return the pictures, the one that shows what decides first."""
    if chief is m.UNSOLVED:
        return (
            _solved(config, trained),
            curves_of(config, trained, m.TRAIN_LOSS),
            _ends(config, trained, m.TRAIN_LOSS),
        )
    found = [curves_of(config, trained, chief), _differences(config, trained, chief), _ends(config, trained, chief)]
    if chief is m.TEST_ERROR:
        found.append(curves_of(config, trained, m.TEST_LOSS))
    if "loss_test" in trained.values:
        found.append(_gap(config, trained, chief))
    return tuple(found)


def figure_name(measure: m.RunMeasure) -> str:
    """Return the name of the picture of a measure over the steps."""
    return measure.title.replace(" ", "-")


def _scale(measure: m.RunMeasure) -> float:
    return 100.0 if measure.percent else 1.0


def _label(measure: m.RunMeasure) -> str:
    return f"{measure.title}, %" if measure.percent else measure.title


def curves_of(config: RunConfig, trained: Trained, measure: m.RunMeasure, hues: Sequence[int] = _HUES) -> Figure:
    """Return a measure over the steps, a curve with a band for each arm."""
    values = _scale(measure) * measure.of(trained.values)
    curves = []
    for arm, name in enumerate(config.arm_names):
        middle, low, high = bands.band(values[:, arm])
        curves.append(FigureCurve(name, trained.steps, middle, low, high, hue=hues[arm]))
    return Lines(
        name=figure_name(measure),
        title=f"{measure.title.capitalize()} over the steps",
        caption=f"With every unit on. Line: the median of {many(config.worlds, 'seed')}{bands.told(config.worlds)}.",
        x_label="step",
        y_label=_label(measure),
        curves=curves,
        y_range=_range(trained.steps, curves),
        **bands.columns(config.worlds),
    )


def _range(steps: Array, curves: Sequence[FigureCurve]) -> tuple[float, float] | None:
    """Return a range that leaves out where the first steps come from, if that is far off."""
    tops = np.nan_to_num(np.array([c.high for c in curves], np.float64))
    whole, later = float(tops.max()), float(tops[:, steps >= steps[-1] * _FIRST].max())
    return (0.0, _ROOM * later) if whole > 1.5 * later > 0 else None


def _solved(config: RunConfig, trained: Trained) -> Figure:
    solved = 1 - m.UNSOLVED.of(trained.values)
    curves = []
    for arm, name in enumerate(config.arm_names):
        share = solved[:, arm].mean(axis=1)
        low, high = wilson(share, config.worlds)
        curves.append(FigureCurve(name, trained.steps, 100 * share, 100 * low, 100 * high, hue=_HUES[arm]))
    known = zip(config.arm_names, known_shares(config), strict=False)
    marks = [FigureMark(100 * share, f"{name}, our earlier run:") for name, share in known if share not in (None, 1.0)]
    return Lines(
        name="solved",
        title="Seeds that solve the task",
        caption=f"Every training example on its right side, with every unit on. {many(config.worlds, 'seed')}; band: "
        f"the 95 % interval of a share (Wilson).{' Dashed: shares of an earlier run of our own.' if marks else ''}",
        x_label="step",
        y_label="seeds, %",
        curves=curves,
        marks=marks,
        y_range=(0.0, 102.0),
        statistic=f"share of {many(config.worlds, 'seed')}",
        ends="of the 95 % interval, Wilson's",
    )


def wilson(share: Array, n: int, z: float = 1.96) -> tuple[Array, Array]:
    """Return the ends of Wilson's interval of shares of n (E. B. Wilson, JASA 22, 1927)."""
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return centre - half, centre + half


def _ends(config: RunConfig, trained: Trained, measure: m.RunMeasure) -> Figure:
    values = _scale(measure) * measure.of(trained.final)
    violins = [
        Violin(name, own[np.isfinite(own)], hue=_HUES[arm])
        for arm, (name, own) in enumerate(zip(config.arm_names, values, strict=True))
    ]
    return Violins(
        name=f"{figure_name(measure)}-at-the-end",
        title=f"{measure.title.capitalize()} at the end",
        caption=f"Each of {many(config.worlds, 'seed')} after {many(config.steps, 'step')}, with every unit on."
        + (" Runs that diverged are not drawn." if not np.isfinite(values).all() else ""),
        y_label=_label(measure),
        violins=violins,
    )


def _differences(config: RunConfig, trained: Trained, measure: m.RunMeasure) -> Figure:
    values = _scale(measure) * measure.of(trained.final)
    violins, means = [], []
    for arm, name in enumerate(config.arm_names[1:], 1):
        having, without = both(values[arm], values[0])
        mean = interval((having - without) / _scale(measure))
        means.append(f"{name}: {measure.span(mean)} ({mean.how})")
        violins.append(Violin(name, having - without, hue=_HUES[arm]))
    return Violins(
        name="difference",
        title="Difference, seed by seed",
        caption=f"{measure.title.capitalize()} with dropout minus without, from the same start on the same order of "
        f"the data. Below zero dropout helps. Means: {'; '.join(means)}.",
        y_label=f"difference of {_label(measure)}" if not measure.percent else f"{measure.title}: difference, points",
        violins=violins,
        marks=(FigureMark(0.0, "no difference"),),
    )


def _gap(config: RunConfig, trained: Trained, chief: m.RunMeasure) -> Figure:
    """Return training and test side by side, in each arm."""
    pair = (m.TRAIN_ERROR, m.TEST_ERROR) if chief is m.TEST_ERROR else (m.TRAIN_LOSS, m.TEST_LOSS)
    parts = []
    for hue, measure in ((2, pair[0]), (3, pair[1])):
        values = np.where(trained.diverged.any(axis=0), np.nan, measure.of(trained.final))
        spans = [interval(own) for own in _scale(measure) * values]
        low, high = [span.low for span in spans], [span.high for span in spans]
        parts.append(FigureSeries(measure.title, [span.mean for span in spans], low, high, hue=hue))
    return Bars(
        name="gap",
        title="Training and test",
        caption=f"{caption(spans, config.worlds)} The distance between the two bars of an arm is its gap.",
        y_label=_label(pair[1]).replace("test ", ""),
        groups=config.arm_names,
        series=parts,
        **MEANS,
    )
