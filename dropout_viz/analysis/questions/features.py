"""What the Features view shows of a frame, as numbers: a sheet of pictures for each arm. NumPy only, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import features
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.convolution import KERNEL

Array = NDArray[Any]

SHADES = 255  # an odd number: weight 0 has a level of its own
GAP = 1  # levels between two pictures


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute.

    Attributes:
        arms: name and snapshot of each. image: height and width of a unit's picture.
        orders: of each arm, place -> unit. columns: of pictures, of each arm's sheet.
        blocks: of each arm, weights a side that make one level. shared: one scale for all units of all arms.
    """

    arms: tuple[tuple[str, Snapshot], ...]
    image: tuple[int, int]
    orders: tuple[Array, ...]
    columns: tuple[int, ...]
    blocks: tuple[int, ...]
    shared: bool

    @property
    def kernels(self) -> bool:
        """Whether the pictures are a convolution's kernels."""
        return self.arms[0][1].maps is not None


@dataclass(frozen=True, eq=False)
class Sheet:
    """One arm's pictures.

    Attributes:
        name: of the arm. order: place -> unit. norms: of all units. weights: (pixels, units).
        levels: the whole sheet, (height, width): up to ``SHADES``, which is no picture.
        limit: weight at the ends of the colour scale, nan where each unit has its own.
    """

    name: str
    levels: Array
    order: Array
    norms: Array
    limit: float
    weights: Array


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer."""

    request: Request
    sheets: tuple[Sheet, ...]


def incoming(snapshot: Snapshot) -> Array:
    """Return the weights that see pixels, (pixels, units): of hidden units, or the kernels of the first convolution."""
    return snapshot.weights[0] if snapshot.maps is None else snapshot.maps.kernels[0]


def picture_size(snapshot: Snapshot, image: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return height and width of a unit's picture where the inputs are pictures of size ``image``, else None."""
    return image if image is None or snapshot.maps is None else (KERNEL, KERNEL)


def longest_first(snapshot: Snapshot) -> Array:
    """Return the units by the lengths of their weight vectors."""
    return np.argsort(-np.nan_to_num(features.norms(incoming(snapshot))), kind="stable")


def answer(request: Request) -> Scene:
    """Compute the sheets."""
    limit = None
    if request.shared:
        most = [float(np.quantile(np.nan_to_num(np.abs(incoming(s))), 0.999)) for _, s in request.arms]
        limit = max(most) or 1.0
    sheets = []
    for k, (name, snapshot) in enumerate(request.arms):
        weights, order = incoming(snapshot), request.orders[k]
        pictures = features.levels(weights, request.image, order, limit, SHADES, request.blocks[k])
        levels = features.sheet(pictures, request.columns[k], GAP, SHADES)
        scale = math.nan if limit is None else limit
        sheets.append(Sheet(name, levels, order, features.norms(weights), scale, weights))
    return Scene(request, tuple(sheets))
