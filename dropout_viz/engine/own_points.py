"""Points that somebody draws, and the run on show: which it begins from, and what else of its settings must change."""

from __future__ import annotations

from typing import Any

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.drawn import CLASSES, MOST, Point, Points, classes, rounded
from dropout_viz.engine.config import RunConfig
from dropout_viz.nn.losses import classes as class_of


def points_of(data: DataSet, columns: tuple[int, int]) -> list[Point] | None:
    """Return the training examples as points that can be drawn on, or None where there are too many, or none are
    classes; ``columns``: of the two inputs that span the plane."""
    if not data.classes or len(data.classes) > CLASSES or len(data.x) > MOST:
        return None
    kinds = (class_of(data.y) + 1).tolist()
    places = data.x[:, list(columns)].tolist()
    return [(rounded(x), rounded(y), kind) for (x, y), kind in zip(places, kinds, strict=True)]


def settings_with(config: RunConfig, points: Points) -> dict[str, Any]:
    """Return the settings that are to change, so that a run of this config is one of these points.

    More than two classes need an output for each, two need one; a batch cannot hold more examples than there are.
    """
    found: dict[str, Any] = {"data": "points", "points": points}
    several = classes(points) > 2
    if several and config.loss == "binary_cross_entropy":
        found |= {"output": "softmax", "loss": "softmax_cross_entropy"}
    if not several and config.loss == "softmax_cross_entropy":
        found |= {"output": "sigmoid", "loss": "binary_cross_entropy"}
    if config.batch_size is not None and config.batch_size > len(points):
        found["batch_size"] = None
    return found
