"""Slices of the loss with their balls: each passes through its ball exactly, and knows its zones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import basins
from dropout_viz.analysis.basins import Zones
from dropout_viz.analysis.mean_surface import MeanSurface
from dropout_viz.analysis.slices import Surface
from dropout_viz.nn.parts import Weight

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Curve:
    """The loss along one weight.

    Attributes:
        place: the weight; value: where the ball is; loss: how high it lies, on the curve.
        t, losses: the curve, (n,) each; the ball's value is one of its samples.
        zones: its zones; zone: the ball's.
        errors: the standard error of ``losses``, (n,), where they are a mean over masks that were drawn; else None.
    """

    place: Weight
    value: float
    loss: float
    t: Array
    losses: Array
    zones: Zones
    zone: int
    errors: Array | None = None

    @property
    def span(self) -> tuple[float, float] | None:
        """Lowest and highest finite loss of the curve, or None where there is none."""
        finite = self.losses[np.isfinite(self.losses)]
        return (float(finite.min()), float(finite.max())) if len(finite) else None


def curves_of(
    surface: Surface | MeanSurface,
    places: Sequence[Weight],
    ranges: Sequence[float],
    points: int,
    even: float = math.inf,
) -> list[Curve]:
    """Return the curves of some weights.

    Args:
        ranges: half-width of each weight's range. points: samples of each, besides the ball's own value.
        even: the weight up to which samples are about evenly spaced, and beyond which the farther the wider.
    """
    if not places:
        return []
    values = np.array([surface.value(p) for p in places])
    width = np.array(ranges)[:, None]
    # The ball's own value joins the samples: the curve passes through the ball, exactly. Where the weight is not a
    # number there is no ball, and zero, a sample already, takes its place.
    inside = np.isfinite(values) & (np.abs(values) <= width[:, 0])
    spaced = np.linspace(-1, 1, points)
    spaced = spaced * width if math.isinf(even) else even * np.sinh(spaced * np.arcsinh(width / even))
    grid = np.concatenate([np.clip(spaced, -width, width), np.where(inside, values, 0.0)[:, None]], axis=1)
    grid.sort(axis=1)
    at = (grid < values[:, None]).sum(axis=1)
    errors: Array | None = None
    if isinstance(surface, MeanSurface):
        losses, errors = surface.slices(places, grid)
    else:
        losses = surface.slices(places, grid)
    zones = basins.find_all(grid, losses)
    curves = []
    for k, place in enumerate(places):
        ball = float(losses[k, at[k]]) if inside[k] else float("nan")
        zone = zones[k].zone_of(values[k]) if inside[k] else 0
        own = None if errors is None else errors[k]
        curves.append(Curve(place, float(values[k]), ball, grid[k], losses[k], zones[k], zone, own))
    return curves
