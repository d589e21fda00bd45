"""Feature maps in a run: what they ask of the data, and what a snapshot tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.nn.convolution import POOL, Shape
from dropout_viz.nn.maps import Maps
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import Program

Array = NDArray[Any]


class LastMaps(NamedTuple):
    """What a step's convolutions were given and gave.

    ``pixels`` after mask and scale and ``pixels_on``, (examples, pixels); ``maps`` per pair as ``MapState`` has them.
    """

    pixels: Array
    pixels_on: Array
    maps: tuple[Array, ...]

    @property
    def features(self) -> Array:
        """The dense layers' input, (examples, height · width · maps)."""
        return self.maps[-1].reshape(len(self.pixels), -1)


@dataclass(frozen=True, eq=False)
class MapState:
    """What the convolutions of one world were given and gave in a step, and their kernels after it. All are copies.

    Attributes:
        kernels: per pair (25 · maps in, maps), rows by row, column and map in. biases: per pair (maps,), or empty.
        maps: per pair, after pooling, bias and activation, (examples, height, width, maps). The last one's, flat, are
            the snapshot's ``activations[0]``.
        pixels: what the first convolution saw, after mask and scale, (examples, height, width); pixels_on: True where a
            pixel was on, the same shape.
    """

    kernels: tuple[Array, ...]
    biases: tuple[Array, ...]
    maps: tuple[Array, ...]
    pixels: Array
    pixels_on: Array


def layer_sizes(config: RunConfig, data: DataSet) -> tuple[int, ...]:
    """Return the units of each dense layer, input to output. Where there are maps, the last pair's are the input."""
    inputs = data.x.shape[1]
    if config.maps:
        height, width = data.image or (0, 0)
        shrunk = POOL ** len(config.maps)
        inputs = (height // shrunk) * (width // shrunk) * config.maps[-1]
    return (inputs, *config.hidden, data.y.shape[1])


def check_maps(config: RunConfig, data: DataSet) -> None:
    """Refuse maps that do not fit the data. Raises ``UserError``."""
    if not config.maps:
        return
    if data.image is None:
        raise UserError(f"maps = {list(config.maps)}: must be empty with '{config.data}', which is not of pictures")
    most = 0
    while all(side % POOL ** (most + 1) == 0 for side in data.image):
        most += 1
    if len(config.maps) > most:
        size = " x ".join(map(str, data.image))
        raise UserError(
            f"maps = {list(config.maps)}: must name at most {most} with '{config.data}': each one halves the pictures, "
            f"and {size} pixels can be halved {most} times"
        )


def map_sizes(config: RunConfig, data: DataSet) -> tuple[int, int]:
    """Return how many weights the convolutions have, and how many numbers they keep of an example in training."""
    weights = numbers = 0
    if config.maps and data.image is not None:
        shape = Shape(*data.image, 1)
        for maps in config.maps:
            weights += shape.fan_in * maps + maps
            # what goes in, and four numbers a pixel of the halved maps: value, slope, derivative, and who was largest
            numbers += shape.height * shape.width * (shape.maps + maps)
            shape = shape.pooled(maps)
    return weights, numbers


def last_maps(program: Program, pixels_on: Array) -> LastMaps:
    """Return copies of what the last step's convolutions were given and gave, of a program that has some."""
    assert program.maps is not None
    return _copies(program.maps, program.inputs, pixels_on)


def maps_all_on(plan: Plan, parameters: Array, x: Array) -> LastMaps | None:
    """Return what the convolutions make of pixels (examples, pixels) with every pixel on, or None without them."""
    if not plan.maps:
        return None
    maps, pixels = Maps(plan, len(x), training=False), (x * plan.test_scales[0]).astype(plan.dtype)
    for op in maps.forward_ops(parameters, pixels):
        op.call(*op.args)
    return _copies(maps, pixels, np.ones(x.shape, bool))


def _copies(maps: Maps, pixels: Array, pixels_on: Array) -> LastMaps:
    return LastMaps(pixels.copy(), pixels_on, tuple(h.copy() for h in maps.h))


def map_state(plan: Plan, parameters: Array, last: LastMaps | None) -> MapState | None:
    """Return a step's maps with the kernels of a flat parameter vector, or None without convolutions."""
    if last is None:
        return None
    pairs = len(plan.maps)
    kernels, biases = (tuple(a.copy() for a in kind[:pairs]) for kind in plan.views(parameters))
    pixels, pixels_on = (a.reshape(-1, *plan.image) for a in (last.pixels, last.pixels_on))
    return MapState(kernels, biases, last.maps, pixels, pixels_on)
