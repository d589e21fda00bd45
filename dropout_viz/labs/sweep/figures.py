"""The pictures of a sweep: a heat map of two settings, and a curve over each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs.figures import Bars, Figure, FigureCurve, FigureSeries, HeatMap, Lines
from dropout_viz.labs.grid import Axis
from dropout_viz.labs.intervals import MEANS, caption, interval
from dropout_viz.labs.measures import RunMeasure

Array = NDArray[Any]
Place = tuple[int, ...]
_CURVES = 4  # in one picture at most
_WIDE = 20.0  # ratio of the largest to the smallest value from which on an axis is logarithmic


def figures(axes: Sequence[Axis], values: Array, best: Place, measure: RunMeasure) -> tuple[Figure, ...]:
    """Return the pictures of values (\\*grid, seeds); where there are more settings than a picture shows, the others
    are as in the best cell."""
    scale = 100.0 if measure.percent else 1.0
    label = f"{measure.title}, %" if measure.percent else measure.title
    found: list[Figure] = []
    if len(axes) > 1:
        found.append(_map(axes, scale * values, best, label))
    for along in range(len(axes)):
        found.append(_along(axes, along, scale * values, best, label))
    return tuple(found)


def figure_name(axis: Axis) -> str:
    """Return the name of the picture over a setting."""
    return f"over-{axis.key.replace('_', '-')}"


def line(values: Array, along: int, place: Place) -> Array:
    """Return values (\\*grid, seeds) along one axis through a cell, (points, seeds)."""
    at: tuple[Any, ...] = (*place[:along], slice(None), *place[along + 1 :])
    return np.asarray(values[at])


def _others(axes: Sequence[Axis], best: Place, shown: Sequence[int]) -> str:
    """Return a sentence on the settings that a picture does not show."""
    words = [f"{axis.key} = {axis.words[best[k]]}" for k, axis in enumerate(axes) if k not in shown]
    return f" With {', '.join(words)}, as in the best cell." if words else ""


def _map(axes: Sequence[Axis], values: Array, best: Place, label: str) -> Figure:
    at: tuple[Any, ...] = (slice(None), slice(None), *best[2:])
    runs = values[at]  # (first axis, second axis, seeds)
    there = np.isfinite(runs)
    means = np.where(there, runs, 0.0).sum(axis=-1) / np.where(there.any(axis=-1), there.sum(axis=-1), np.nan)
    over = "Means over the seeds" if there.all() else "Means over the seeds of each cell that did not diverge"
    return HeatMap(
        name="heat-map",
        title=f"{label.split(',')[0].capitalize()} over two settings",
        caption=f"{over}; the frame is the best cell.{_others(axes, best, (0, 1))}",
        x_label=axes[0].title,
        y_label=axes[1].title,
        x=axes[0].words,
        y=axes[1].words,
        values=means.T,
        value_label=label,
        chosen=(best[1], best[0]),
    )


def _along(axes: Sequence[Axis], along: int, values: Array, best: Place, label: str) -> Figure:
    """Return a curve over one setting for each value of the next one, or bars where its values are no numbers."""
    axis = axes[along]
    other = next((k for k in (*range(along + 1, len(axes)), *range(along)) if k != along), None)
    chosen = [best]
    if other is not None:
        chosen = [(*best[:other], k, *best[other + 1 :]) for k in _some(axes[other], best[other])]
    curves = []
    for place in chosen:
        runs = line(values, along, place)
        spans = [interval(own) for own in runs]
        ends = [(span.mean, span.low, span.high) for span in spans]
        name = label if other is None else f"{axes[other].key} = {axes[other].words[place[other]]}"
        curves.append((name, np.array(ends).T))
    shown = (along,) if other is None else (along, other)
    common: dict[str, Any] = {
        "name": figure_name(axis),
        "title": f"{label.split(',')[0].capitalize()} over {_lower(axis.title)}",
        "caption": f"{caption(spans, values.shape[-1])}{_others(axes, best, shown)}",
        "y_label": label,
        **MEANS,
    }
    if axis.numbers is None:
        return Bars(groups=axis.words, series=[FigureSeries(name, *ends) for name, ends in curves], **common)
    order = np.argsort(axis.numbers)
    x = np.array(axis.numbers)[order]
    drawn = [FigureCurve(name, x, ends[0, order], ends[1, order], ends[2, order], points=True) for name, ends in curves]
    return Lines(x_label=axis.title, curves=drawn, log_x=bool(x[0] > 0 and x[-1] / x[0] >= _WIDE), **common)


def _some(axis: Axis, best: int) -> list[int]:
    """Return the places of a few values, evenly spread, the best among them."""
    places = range(len(axis.values))
    if len(places) <= _CURVES:
        return list(places)
    spread = {round(k * (len(places) - 1) / (_CURVES - 2)) for k in range(_CURVES - 1)}
    return sorted(spread | {best})


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
