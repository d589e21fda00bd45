"""What the compiler needs to know of a network, and how its parameters lie in one flat vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.nn.convolution import KERNEL, Shape
from dropout_viz.nn.edit import UNCHANGED, Edit
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.noise.kind import Noise, Number
from dropout_viz.nn.ops import subscript

Array = NDArray[Any]


@dataclass(frozen=True)
class Plan:
    """A network and the rule that trains it.

    Attributes:
        sizes: units per layer, input to output. Where ``maps`` are, the input is the last pair's maps.
        activation: of the hidden units; output: of the output units; loss: see ``nn.losses``.
        bias: whether hidden and output units have one.
        drop: drop probability of the input and each hidden layer, length ``len(sizes) - 1``.
        published: the derivative is taken of the masked and scaled activation, as the 2015 post has it.
        mean: the gradient is the mean over the batch, else the sum.
        optimiser: ``sgd``, ``momentum``, ``nesterov`` or ``adam``; beta1, beta2, epsilon: Adam's; rate: learning rate.
        rate_decay: factor on the rate after every epoch.
        momentum: its last value; momentum_start: its first; momentum_ramp: steps from first to last, 0 for none.
        l2: share of each weight that joins its gradient. max_norm: limit of a hidden unit's incoming norm, or 0.
        scaling: ``inverted``, ``classical`` or ``none``. noise: the kind of noise, a key of ``NOISES``.
        dtype: of every buffer.
        maps: maps of each pair of convolution and pooling before the dense layers (see ``nn.convolution``), or empty;
        image: height and width of the pixels that the first pair sees.
        edit: what is changed of noise, step and measuring before they are compiled.

    Drop probabilities and the numbers of the optimiser may be arrays of shape (worlds,): a value for each world.
    """

    sizes: tuple[int, ...]
    activation: str
    output: str
    loss: str
    bias: bool
    drop: tuple[Number, ...]
    published: bool
    mean: bool
    optimiser: str
    rate: Number
    beta1: Number
    beta2: Number
    epsilon: Number
    dtype: str
    rate_decay: Number = 1.0
    momentum: Number = 0.0
    momentum_start: Number = 0.0
    momentum_ramp: Number = 0
    l2: Number = 0.0
    max_norm: Number = 0.0
    scaling: str = "inverted"
    noise: str = "bernoulli"
    maps: tuple[int, ...] = ()
    image: tuple[int, int] = (0, 0)
    edit: Edit = UNCHANGED

    @property
    def layers(self) -> int:
        """Number of dense weight layers."""
        return len(self.sizes) - 1

    @cached_property
    def pictures(self) -> tuple[Shape, ...]:
        """What goes into each pair, and at the end what comes out of the last: length ``len(maps) + 1``."""
        shapes = [Shape(*self.image, 1)]
        for maps in self.maps:
            shapes.append(shapes[-1].pooled(maps))
        return tuple(shapes)

    @property
    def source(self) -> str:
        """The name of the dense layers' input in formulas."""
        return f"c{subscript(len(self.maps))}" if self.maps else "x"

    @property
    def inputs(self) -> tuple[int, ...]:
        """Numbers that each layer with a drop probability passes on: the input's are pixels where there are maps."""
        first = self.image[0] * self.image[1] if self.maps else self.sizes[0]
        return (first, *self.sizes[1:-1])

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of every weight matrix: of each pair's kernels, then of each dense layer."""
        kernels = [(shape.fan_in, maps) for shape, maps in zip(self.pictures, self.maps, strict=False)]
        return (*kernels, *zip(self.sizes, self.sizes[1:], strict=False))

    @property
    def map_numbers(self) -> int:
        """Numbers that an example makes on its way through the convolutions, by estimate."""
        # what goes in, and four numbers a pixel of the halved maps: value, slope, derivative, and who was largest
        return sum(s.height * s.width * (s.maps + maps) for s, maps in zip(self.pictures, self.maps, strict=False))

    @property
    def multiplications(self) -> int:
        """Multiplications of one example's forward pass."""
        convolved = [s.height * s.width * s.fan_in * maps for s, maps in zip(self.pictures, self.maps, strict=False)]
        return sum(convolved) + sum(i * j for i, j in zip(self.sizes, self.sizes[1:], strict=False))

    @property
    def reach(self) -> tuple[int, ...]:
        """How many numbers an input of each weight matrix reaches: a pixel reaches every map at every place near it."""
        return (*(KERNEL * KERNEL * maps for maps in self.maps), *self.sizes[1:])

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(i * j + (j if self.bias else 0) for i, j in self.shapes)

    @property
    def noise_kind(self) -> Noise:
        """What units are multiplied by in training, and what that means."""
        return self.edit.noise(NOISES[self.noise])

    @property
    def train_scales(self) -> tuple[Number, ...]:
        """The factor on a kept unit in training, per layer that can drop."""
        return self.noise_kind.train_scales(self.scaling, self.drop)

    @property
    def test_scales(self) -> tuple[Number, ...]:
        """The factor on a unit when all are on, per layer that can drop."""
        return self.noise_kind.test_scales(self.scaling, self.drop)

    def views(self, flat: Array) -> tuple[list[Array], list[Array]]:
        """Return weights and biases as views of a flat vector.

        ``flat`` has shape (parameters, ...); trailing axes (worlds) are kept: weights[l] is (fan_in, fan_out, ...),
        biases[l] (fan_out, ...), of length 0 where the net has none. The kernels of the pairs come first, each
        (25 · maps in, maps), its rows by row, column and map.
        """
        weights, biases, at = [], [], 0
        tail = flat.shape[1:]
        for fan_in, fan_out in self.shapes:
            weights.append(flat[at : at + fan_in * fan_out].reshape(fan_in, fan_out, *tail))
            at += fan_in * fan_out
            width = fan_out if self.bias else 0
            biases.append(flat[at : at + width])
            at += width
        return weights, biases

    def dense(self, flat: Array) -> tuple[list[Array], list[Array]]:
        """Return weights and biases of the dense layers only, as ``views`` does."""
        weights, biases = self.views(flat)
        return weights[len(self.maps) :], biases[len(self.maps) :]

    def empty(self, *tail: int) -> Array:
        """Return an unset parameter vector, shape (parameters, *tail)."""
        return np.empty((self.parameters, *tail), self.dtype)


_NUMBERS = (
    "rate",
    "rate_decay",
    "momentum",
    "momentum_start",
    "momentum_ramp",
    "l2",
    "max_norm",
    "beta1",
    "beta2",
    "epsilon",
)


def merged(plans: Sequence[Plan]) -> Plan:
    """Return one plan for many worlds, each with a plan of its own: numbers in which these differ become arrays."""

    def each(values: Sequence[float]) -> Number:
        return values[0] if all(v == values[0] for v in values) else np.array(values)

    numbers: dict[str, Any] = {name: each([getattr(plan, name) for plan in plans]) for name in _NUMBERS}
    limit = numbers["max_norm"]
    if isinstance(limit, np.ndarray):
        limit[limit == 0] = np.inf
    drop = tuple(each(values) for values in zip(*(plan.drop for plan in plans), strict=True))
    return replace(plans[0], drop=drop, **numbers)
