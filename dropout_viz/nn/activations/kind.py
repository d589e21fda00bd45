"""What one activation function is: its mathematics, its calls, and its line in each notation.

The unit axis is axis 1 everywhere: arrays are (examples, units) or, with worlds, (examples, units, worlds).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from dropout_viz.nn.ops import Call

Array = NDArray[Any]
_PART = re.compile(r"(?<!\(){z}|{z}(?![),])")  # z beside an operator


@dataclass(frozen=True)
class Activation:
    """One activation function.

    Every slope but those of ``early`` kinds is a function of the activation's *value*, so that training keeps no
    pre-activations.

    Attributes:
        name: its key in ``ACTIVATIONS``.
        formula, slope_formula: as shown to people, of z and of the value h.
        value: h(z), any shape.
        slope: dh/dz as a function of h (of z where ``early``), any shape. Not defined for softmax, whose only loss
            cancels it.
        calls: the program from z to h, in the memory of z or beside it. Where ``negated`` is true it starts from -z.
        slope_calls: the program that writes the slope of h into a second buffer, from the value h; where ``early`` is
            true, from z, before ``calls`` overwrite it.
        numpy, torch: the value as an expression of ``{z}``. ``numpy`` has the program's own order of operations: a
            script that uses it gives the same bits.
        numpy_slope: the slope as an expression of the value ``{a}`` (of ``{z}`` where ``early``); "" where it is 1.
        with_numbers: the formula with one unit's number in place of ``{z}``; ``{minus_z}`` is its negative and
            ``{bracketed}`` the number in brackets where it is below 0. slope_with_numbers: the slope so, of ``{h}``.
        numpy_lines: where one expression does not do, the lines that compute ``a{k}`` from a name ``{z}`` in layer
            ``{k}``.
        hidden, output: whether hidden units, or output units, may have it.
        negated: the program wants -z: a layer whose input never changes gives it at no cost.
        early: the slope is of z.
        odd: h(-z) = -h(z): a unit and its mirror image are the same unit with the sign moved outside.
        monotone: z and h rise together, so that the largest z of a patch is its largest h.
        slope_of_scaled: the slope of a kept unit is the same after its mask and scale, so that one buffer will do.
        bounds: lowest and highest value, for colour scales; None where there is none.
    """

    name: str
    formula: str
    slope_formula: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    calls: Callable[[Array, Array], list[Call]]
    slope_calls: Callable[[Array, Array], list[Call]]
    numpy: str
    numpy_slope: str
    torch: str
    with_numbers: str
    slope_with_numbers: str
    numpy_lines: tuple[str, ...] = ()
    hidden: bool = True
    output: bool = True
    negated: bool = False
    early: bool = False
    odd: bool = False
    monotone: bool = True
    slope_of_scaled: bool = False
    bounds: tuple[float | None, float | None] = (None, None)

    def in_numpy(self, z: str) -> str:
        """Return the value of an expression as an expression; a sum is bracketed where it is no argument by itself."""
        whole = self.numpy == "{z}" or not _PART.search(self.numpy)
        return self.numpy.format(z=z if whole or " " not in z else f"({z})")
