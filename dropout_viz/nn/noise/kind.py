"""What one kind of noise is: what units are multiplied by in training, how it is drawn, and its line in each notation.

Units of the input and of hidden layers are multiplied by independent factors, drawn anew for every example in every
step. ``p`` is the drop probability throughout; a kind without units that are off says what it makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from dropout_viz.nn.streams import State

Array = NDArray[Any]
Number = float | Array
"""A setting's number: one for all worlds, or one for each, shape (worlds,)."""


class Stream(Protocol):
    """Draws the factors of one layer."""

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        """Write the next rows into ``out``, shape (steps, examples, units, ...): what units are multiplied by.

        ``p`` is the drop probability, ``scale`` the kind's factor on a kept unit (see ``Noise.train_scales``); both may
        be arrays of shape (worlds,). Asking again without ``consume`` in between gives the same draws.
        """

    def consume(self, steps: int) -> None:
        """Move on by ``steps`` rows."""

    def state(self, used: int = 0) -> State:
        """Return all that decides the rows to come, as if ``used`` rows had been consumed. Arrays are not to be written
        to: they may be the stream's own, which it never changes."""

    def restore(self, state: State) -> None:
        """Take over the state of another stream of the same kind and size.

        Raises:
            ValueError: a state that does not fit.
        """


@dataclass(frozen=True)
class Draw:
    """What the NumPy lines that draw a layer's factors may use.

    Attributes:
        batch: examples of a step. units: of each layer that drops some. scaling: the run's. dtype: its precision.
    """

    batch: int
    units: tuple[int, ...]
    scaling: str
    dtype: str

    @property
    def single(self) -> bool:
        """Whether the run computes in float32."""
        return self.dtype == "float32"


@dataclass(frozen=True)
class Noise:
    """One kind of noise.

    Attributes:
        name: its key in ``NOISES``. title: as people read it. about: what it does to units, as the end of a sentence.
        on_off: a unit is either off, its factor being 0, or on, and then the factor is ``train_scales``' one number:
            there are masks, and thinned networks. Else every unit is on, more or less.
        scalings: which settings of ``scaling`` there are with it.
        stream: makes what draws, from a sequence for each world, for so many examples and units.
        train_scales, test_scales: the factor on a kept unit in training, and on each unit when all are on, for each
            drop probability of a sequence, under a scaling: numbers, or arrays over worlds.
        variance: of the factor, under a scaling, for a drop probability. mean: so.
        thing: what is drawn for a unit, in a word. symbol: of the factor, in formulas and code. scaled: what follows it
            there under inverted scaling, of ``{p}``.
        law: how a layer's is drawn, in formulas: of ``{m}``, ``{p}`` and ``{variance}``. general: so, for any layer.
        shown: how it is drawn, in a line of NumPy as one would write it: of ``{p}``, and ``{like}`` what it is for.
        numpy: the function that draws one step's factors in scripts, whose last line returns them: the program's own
            draws, bit for bit. numpy_call: its call, of ``{layer}`` and ``{units}``; p0, p1, ... are the drop
            probabilities. numpy_streams: the layers' streams of random numbers from ``{spawned}``, their sequences.
        numpy_stream: how scripts call a layer's stream, followed by its number; numpy_names: what all that uses of
            ``numpy.random``.
    """

    name: str
    title: str
    about: str
    on_off: bool
    scalings: tuple[str, ...]
    stream: Callable[[list[SeedSequence], int, int], Stream]
    train_scales: Callable[[str, Sequence[Any]], tuple[Any, ...]]
    test_scales: Callable[[str, Sequence[Any]], tuple[Any, ...]]
    mean: Callable[[str, Any], Any]
    variance: Callable[[str, Any], Any]
    thing: str
    symbol: str
    scaled: str
    law: str
    general: str
    shown: str
    numpy: Callable[[Draw], list[str]]
    numpy_call: str
    numpy_streams: str
    numpy_stream: str
    numpy_names: tuple[str, ...]

    def on(self, factors: Array) -> NDArray[np.bool_]:
        """Return which units the factors leave on, their shape."""
        return factors != 0 if self.on_off else np.ones(factors.shape, bool)

    def follows(self, scaling: str, p: str) -> str:
        """Return what follows the factor in a formula, ``p`` being the name of the drop probability."""
        return self.scaled.format(p=p) if scaling == "inverted" else ""


@cache
def rescaled(kind: Noise, training: str, test: str) -> Noise:
    """Return a kind with the factors of one scaling in training, and of another when every unit is on, whatever the
    run's own scaling is."""
    return replace(
        kind,
        train_scales=lambda scaling, drop: kind.train_scales(training, drop),
        test_scales=lambda scaling, drop: kind.test_scales(test, drop),
        scaled=kind.scaled if training == "inverted" else "",
    )
